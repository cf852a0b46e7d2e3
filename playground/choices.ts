/** The values of each option, with the reason if one is refused or ignored. */
import { FITS, FORMATS, GRAVITIES, type Grammar, type Variant, hasGravity, hasQuality } from '../edge/variant';
import { isBox, isFull, parseSize } from '../edge/size';
import type { ViewerClass } from './protocol';
import { type UrlOptions, request, defaultSize } from './url';

export interface Choice {
  value: string;
  label: string;
  isChosen: boolean;
  /** Why it cannot be chosen. */
  reason?: string;
}

/** Labels of the classes of viewers. */
const CLASS_LABELS: Readonly<Record<string, string>> = {
  'auto.avif': 'AVIF and WebP',
  'auto.webp': 'WebP, no AVIF',
  auto: 'neither',
};

/** Checks which values of an option can be combined with the other options. */
export class Choices {
  readonly #grammar: Grammar;
  readonly #key: string;
  readonly #options: UrlOptions;
  readonly #accept: string;
  readonly #variant: Variant | undefined;

  constructor(grammar: Grammar, key: string, options: UrlOptions, accept: string) {
    this.#grammar = grammar;
    this.#key = key;
    this.#options = options;
    this.#accept = accept;
    this.#variant = request(grammar, key, options, accept).variant;
  }

  get #size(): string {
    return this.#options.size || defaultSize(this.#grammar);
  }

  get #preset() {
    return this.#grammar.presets.find(({ name }) => name === this.#size);
  }

  sizes(): Choice[] {
    return this.#grammar.sizes.map((size) => this.#choice('size', size, size === this.#size));
  }

  presets(): Choice[] {
    return this.#grammar.presets.map(({ name }) => this.#choice('size', name, name === this.#size));
  }

  fits(): Choice[] {
    const chosen = this.#isBox ? this.#options.fit || this.#variant?.fit : undefined;
    return FITS.map((fit) => this.#choice('fit', fit, fit === chosen, this.#whyNoFit()));
  }

  gravities(): Choice[] {
    const chosen = this.#options.gravity || this.#variant?.gravity;
    const ignored = this.#whyNoGravity();
    return GRAVITIES.map((gravity) => this.#choice('gravity', gravity, !ignored && gravity === chosen, ignored));
  }

  ratios(): Choice[] {
    const isWhole = isFull(this.#sides) && !this.#preset?.hash;
    const ignored = isWhole ? 'full is one size for all screens.' : undefined;
    return Array.from({ length: Math.min(9, this.#grammar.maxDpr + 1) }, (_, index) => {
      const ratio = String(index + 1);
      return { ...this.#choice('dpr', ratio, (this.#options.dpr || '1') === ratio, ignored), label: `${ratio}x` };
    });
  }

  qualities(): Choice[] {
    const { quality, qualities } = this.#grammar;
    const chosen = Number(this.#options.quality) || (this.#variant?.quality ?? quality);
    const ignored = this.#whyNoQuality();
    return [...new Set([quality, ...qualities])]
      .sort((one, other) => one - other)
      .map((each) => this.#choice('quality', String(each), !ignored && each === chosen, ignored));
  }

  formats(): Choice[] {
    const preset = this.#preset;
    const ignored = preset?.format && `The preset ${preset.name} is always ${preset.format.toUpperCase()}.`;
    return ['auto', ...FORMATS].map((format) =>
      this.#choice('format', format, (this.#options.format || 'auto') === format, ignored),
    );
  }

  /** Formats that a picture can be compared with. */
  otherFormats(): Choice[] {
    return this.formats().filter(({ value }) => value !== 'auto');
  }

  get #sides() {
    return parseSize(this.#preset?.size ?? this.#size);
  }

  get #isBox(): boolean {
    return isBox(this.#sides);
  }

  #whyNamed(): string | undefined {
    return this.#preset?.hash && `The preset ${this.#preset.name} sets it.`;
  }

  #whyNoFit(): string | undefined {
    return this.#whyNamed() ?? (this.#isBox ? undefined : 'Only a box such as 300x300 has a fit.');
  }

  #whyNoGravity(): string | undefined {
    if (!this.#isBox) return this.#whyNamed() ?? 'Only a box such as 300x300 has a gravity.';
    if (!this.#variant || hasGravity(this.#variant.fit)) return undefined;
    return `The fit ${this.#variant.fit} neither crops nor pads.`;
  }

  #whyNoQuality(): string | undefined {
    const target = this.#variant?.target;
    if (this.#preset?.hash) return this.#whyNamed();
    if (this.#grammar.qualities.length === 0) return 'The config lists no qualities, so q is ignored.';
    return target && !hasQuality(target) ? `${target.toUpperCase()} has no quality.` : undefined;
  }

  /** @param ignored why no value of the option makes a difference */
  #choice(option: keyof UrlOptions, value: string, isChosen: boolean, ignored?: string): Choice {
    const options = { ...this.#options, [option]: value };
    const reason = ignored ?? request(this.#grammar, this.#key, options, this.#accept).refusal?.message;
    return { value, label: value, isChosen, ...(reason !== undefined && { reason }) };
  }
}

/** Classes of viewers. */
export const viewerChoices = (classes: ViewerClass[], chosen: string): Choice[] =>
  classes.map(({ target }) => ({
    value: target,
    label: CLASS_LABELS[target] ?? target,
    isChosen: target === chosen,
  }));
