/** Makes URLs, `srcset` and attributes of pictures from the config of the distribution. For browsers, workers and Node. */
import { GRAMMAR_DEFAULTS, expandSets } from '../edge/config/grammar-defaults';
import { MAX_SIDE } from '../edge/grammar-constants';
import {
  type ImagesConfig,
  type PictureOptions,
  type PresetConfig,
  type UrlOptions,
  hasOperations,
} from './urls/config';
import { checkWhole, choose, fail, list, refuse } from './urls/refuse';
import { type Box, nearestWidth, parseSize, printSize, sortBy } from './urls/size';

export type { ImagesConfig, PictureOptions, UrlOptions };

/** Matches an empty key, a leading slash, a dot segment and a control character. */
const BAD_KEY = /^(\/|$)|(^|\/)\.\.?(\/|$)|\p{Cc}/u;

/** Pixel ratios that a config can allow. */
const RATIOS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Options of `attributes` and `picture`. */
export interface AttributeOptions extends PictureOptions {
  /** A listed size, which is shown at its own pixels. */
  size?: string | undefined;
  preset?: string | undefined;
  /** CSS pixels that the picture takes; with `height`, its ratio, so that nothing shifts when it arrives. */
  width?: number | undefined;
  height?: number | undefined;
  /** `constrained`, the default, is as wide as its container, up to `width`. */
  layout?: 'constrained' | 'full-width' | 'fixed' | undefined;
  /** How wide the picture is shown, as in HTML; by default what `layout` says. */
  sizes?: string | undefined;
}

/** Attributes of an `<img>`. */
export interface ImageAttributes {
  src: string;
  srcset: string;
  sizes?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
}

/** A `<source>` for each modern format, best first, and the `<img>`. */
export interface PictureAttributes {
  sources: ({ type: string; src?: undefined } & Omit<ImageAttributes, 'src'>)[];
  img: ImageAttributes;
}

export type Images = ReturnType<typeof createImages>;

/**
 * Makes the URLs of one distribution.
 * @param config the object of `resizer.config.ts`
 * @param options.host scheme and host of the distribution; without it, URLs are paths
 */
export const createImages = (config: ImagesConfig = {}, { host = '' }: { host?: string } = {}) => {
  const settings = {
    ...(GRAMMAR_DEFAULTS as ImagesConfig),
    // Drops undefined values.
    ...(JSON.parse(JSON.stringify(config)) as ImagesConfig),
  } as Required<Omit<ImagesConfig, 'base'>> & Pick<ImagesConfig, 'base'>;
  // Without a prototype, so that any text can be looked up.
  const presets: Record<string, PresetConfig> = { __proto__: null!, ...settings.presets };
  const names = Object.keys(presets);
  const boxOf = ({ width = 0, height = 0 }: PresetConfig): Box => [width, height];
  const listed = [
    ...new Set(
      [
        ...expandSets(settings.sizes).map(parseSize),
        ...Object.values(presets).flatMap((preset) => (hasOperations(preset) ? [] : [boxOf(preset)])),
      ].map(printSize),
    ),
  ];

  /** Listed widths, in pixels, smallest first. */
  const widths = sortBy(
    listed.map(parseSize).flatMap(([width, height]) => (height ? [] : width || [])),
    Number,
  );

  /** The requested size before its pixel ratio, with its text and its preset. */
  const readSize = ({ width, height, size, preset: name }: UrlOptions) => {
    if (name ? (size ?? width ?? height) : size && (width ?? height)) fail('Give one of size, d, or w and h.');
    // Zero and NaN are given sides, which are never listed.
    const text =
      name ?? size ?? printSize([width, height].map((side) => (side === undefined ? 0 : side || -1)) as unknown as Box);
    const preset = presets[text];
    return { box: preset ? boxOf(preset) : parseSize(text), text, preset };
  };

  const prefixOf = (key: string): string => {
    if (BAD_KEY.test(key)) fail('A path has no control characters, . or .. segments, or // at its start.');
    return `${host}${settings.base ?? ''}/${encodeURIComponent(key).replace(/%2F/g, '/')}`;
  };

  /** The URL of one variant. @throws Error with the function's own sentence for what is not on the allow-list */
  const url = (key: string, options: UrlOptions = {}): string => {
    const { dpr = 1, format = 'auto' } = options;
    const { box, text, preset } = readSize(options);
    const isNamed = hasOperations(preset);
    const { fit, gravity, quality = settings.quality }: PictureOptions = isNamed ? {} : options;
    choose('fit', fit, settings.fits);
    choose('gravity', gravity, settings.gravities);
    if (!preset?.format)
      choose('format', format, ['auto', 'json', ...[...settings.formats].sort(), 'jpeg', 'png', 'gif']);
    checkWhole('quality', quality, 100);
    checkWhole('dpr', dpr, settings.maxDpr);
    // Its variants have a hash in their names, which only the function knows.
    if (isNamed)
      return `${prefixOf(key)}?size=${text}${dpr > 1 ? `&dpr=${dpr}` : ''}${format === 'auto' ? '' : `&f=${format}`}`;
    const side = Math.max(...box) * dpr;
    if ((!preset && !listed.includes(text)) || side > MAX_SIDE) {
      const distance = (size: string): number =>
        parseSize(size).reduce((sum, pixels, at) => sum + Math.abs(pixels - box[at]!), 0);
      refuse('size', sortBy(listed, distance), names[0] && ` Presets: ${list(names)}`);
    }
    let file = side ? box.map((each) => each * dpr || '').join('x') : 'full-inside';
    if (Math.min(...box)) {
      const own = preset && (preset.fit ?? 'cover');
      const used = fit ?? own ?? settings.fits[0]!;
      file += `-${used}`;
      // `cover` and `contain`, in few bytes.
      if (used[0] === 'c') {
        const usual = (own === used && preset!.gravity) || settings.gravities[0]!;
        // A preset may have a fit that is not listed. It then only allows the preset's own gravity.
        if (!settings.fits.includes(used)) choose('gravity', gravity, [usual]);
        file += `-${gravity ?? usual}`;
      }
    }
    if (options.quality && format !== 'png' && format !== 'gif') {
      // The tenth prefers the higher of two qualities that are equally near.
      const [nearest = settings.quality] = sortBy(settings.qualities, (each) => Math.abs(each - quality - 0.1));
      if (nearest !== settings.quality) file += `-q${nearest}`;
    }
    // The types offer `info` for the facts; without types, `json` works here, too.
    return `${prefixOf(key)}/${(format as string) === 'json' ? 'info' : file}.${format}`;
  };

  /**
   * A size at 1x, 2x and so on up to `maxDpr`, or without a size all listed widths.
   * @param most the largest width needed
   */
  const srcset = (key: string, options: UrlOptions = {}, most?: number): string => {
    const { box, text } = readSize(options);
    const side = Math.max(...box);
    const [option, unit, values] =
      text === 'full' && !options.size
        ? (['width', 'w', widths.filter((each) => each <= nearestWidth(widths, most)!)] as const)
        : (['dpr', 'x', RATIOS.slice(0, side ? Math.min(settings.maxDpr, MAX_SIDE / side) : 1)] as const);
    return values.map((each) => `${url(key, { ...options, [option]: each })} ${each}${unit}`).join(', ');
  };

  /** Attributes of an `<img>`, so that nothing shifts when it arrives. @throws Error as `url` does */
  const attributes = (key: string, options: AttributeOptions = {}): ImageAttributes => {
    const { width, height, layout, sizes, ...rest } = options;
    const { box, preset } = readSize(rest);
    // Operations may change sides.
    const [ownWidth, ownHeight] = hasOperations(preset) ? [] : box;
    const isNamed = rest.preset ?? rest.size;
    const isFixed = isNamed || layout === 'fixed';
    const most = layout === 'full-width' ? NaN : 2 * width!;
    const used = isNamed ? rest : { ...rest, width: isFixed ? width : nearestWidth(widths, width) };
    return {
      src: url(key, used),
      srcset: srcset(key, isFixed ? used : rest, most),
      sizes: isFixed ? undefined : (sizes ?? (most ? `(min-width: ${width}px) ${width}px, ` : '') + '100vw'),
      width: width || ownWidth || undefined,
      height: height || ownHeight || undefined,
    };
  };

  /** For sites where something in front of the distribution drops `Accept`. */
  const picture = (key: string, options: AttributeOptions = {}): PictureAttributes => ({
    sources: settings.formats.map((format) => ({
      type: `image/${format}`,
      ...attributes(key, { ...options, format }),
      src: undefined,
    })),
    img: attributes(key, options),
  });

  /** The URL of the preset `placeholder`. @throws Error if the config has none */
  const placeholder = (key: string): string => url(key, { preset: 'placeholder' });

  /** The URL of the facts about a picture, as JSON. */
  const info = (key: string): string => `${prefixOf(key)}/info.json`;

  return { url, srcset, attributes, picture, placeholder, info, widths };
};
