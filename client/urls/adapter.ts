/** Shared by adapters. Frameworks choose sizes by themselves, so nothing here throws. */
import { GRAMMAR_DEFAULTS, expandSets } from '../../edge/config/grammar-defaults';
import { type Images, type ImagesConfig, type UrlOptions, createImages } from '../index';
import { nearestWidth } from './size';

/** Scheme and host of the distribution; without it, URLs are paths. */
export interface AdapterOptions {
  host?: string;
}

/** A framework's request. Numbers may be strings, and anything may be missing or invalid. */
export interface ImageRequest {
  width?: number | string | undefined;
  height?: number | string | undefined;
  quality?: number | string | null | undefined;
  format?: string | undefined;
  fit?: string | undefined;
  gravity?: string | undefined;
}

export interface Adapter {
  images: Images;
  /** The key of an original; undefined for URLs from elsewhere, and for files that the framework serves itself. */
  keyOf(src: string): string | undefined;
  /** The listed width to use for any width; undefined if no width is listed. */
  nearest(width: number | string | undefined): number | undefined;
  /** Whether the distribution crops to these sides. */
  isBox(request: ImageRequest): boolean;
  /** The URL of the nearest listed size. */
  url(src: string, request: ImageRequest): string;
  /** Prints the first warning, in development only. */
  warn(message: string): void;
}

/** `src` that is not a key: an absolute URL, or a file of the framework's own build. */
const ELSEWHERE = /^(?:$|\/\/|(?:https?|data|blob):|\/(?:_next|_nuxt|_astro|@fs|@id)\/)/i;

const MAX_RATIO = 9;

/** Bundlers replace this very expression. In a browser without a bundler there is no such variable. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production';
  } catch {
    return false;
  }
}

/** A number above 0, from a number or a string such as `640` or `640px`; undefined for any other value. */
export function toNumber(value: number | string | null | undefined): number | undefined {
  const number = Math.round(parseFloat(String(value)));
  return number > 0 && number < Infinity ? number : undefined;
}

/** A box as itself, and as two and more times a smaller one. */
function* boxesOf({ fit, gravity, ...sides }: ImageRequest): Generator<UrlOptions> {
  const width = toNumber(sides.width);
  const height = toNumber(sides.height);
  if (!width || !height) return;
  for (let dpr = 1; dpr <= MAX_RATIO; dpr++) {
    if (width % dpr || height % dpr) continue;
    yield { width: width / dpr, height: height / dpr, dpr, fit, gravity } as UrlOptions;
  }
}

/** Sizes for a request, best first, and whether each is exactly the requested one. */
function* candidatesFor(
  widths: readonly number[],
  sizes: readonly string[],
  request: ImageRequest,
): Generator<[UrlOptions, boolean]> {
  const width = toNumber(request.width);
  const height = toNumber(request.height);
  // If no such box is listed, the page's CSS has to crop.
  for (const box of boxesOf(request)) yield [box, true];
  if (width) yield [{ width }, true];
  else if (height) yield [{ height }, true];
  if (width) yield [{ width: nearestWidth(widths, width) }, false];
  yield [{ size: 'full' }, !width && !height];
  yield [{ width: widths.at(-1) }, false];
  for (const size of sizes) yield [{ size }, false];
}

export function createAdapter(config: ImagesConfig, options: AdapterOptions = {}): Adapter {
  const images = createImages(config, options);
  const sizes = expandSets(config.sizes ?? GRAMMAR_DEFAULTS.sizes);
  let hasWarned = false;

  const keyOf = (src: string): string | undefined => (ELSEWHERE.test(src) ? undefined : src.replace(/^\//, ''));

  function warn(message: string): void {
    if (hasWarned || !isDevelopment()) return;
    hasWarned = true;
    console.warn(`cloudfront-image-resizer: ${message} This is said once.`);
  }

  function url(src: string, { quality, format, ...sides }: ImageRequest): string {
    const key = keyOf(src);
    if (key === undefined) return src;
    const asked = { quality: Math.min(toNumber(quality) ?? NaN, 100) || undefined };
    const formats = [format === 'jpg' ? 'jpeg' : format, undefined] as UrlOptions['format'][];
    let reason = '';
    for (const [size, isExact] of candidatesFor(images.widths, sizes, sides)) {
      for (const one of new Set(formats)) {
        try {
          const made = images.url(key, { ...size, ...asked, format: one });
          if (!isExact || one !== formats[0]) warn(`${reason} Used for ${src} in its place: ${made}.`);
          return made;
        } catch (error) {
          reason = (error as Error).message;
        }
      }
    }
    warn(`${reason} Left as it is: ${src}.`);
    return src;
  }

  const isBox = (request: ImageRequest): boolean =>
    [...boxesOf(request)].some((box) => {
      try {
        return images.url('a', box) !== '';
      } catch {
        return false;
      }
    });

  return { images, keyOf, nearest: (width) => nearestWidth(images.widths, toNumber(width)), isBox, url, warn };
}
