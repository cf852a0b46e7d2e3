/** URLs, `srcset` and attributes of pictures, by the config that the distribution has. For browsers, workers and Node. */
import { type ImagesConfig, type PictureOptions, type UrlOptions, hasOperations } from './urls/config';
import { MAX_SIDE, createPaths } from './urls/paths';

export type { ImagesConfig, PictureOptions, UrlOptions };

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
  sources: ({ type: string } & Omit<ImageAttributes, 'src'>)[];
  img: ImageAttributes;
}

export type Images = ReturnType<typeof createImages>;

/**
 * Makes the URLs of one distribution.
 * @param config the object of `resizer.config.ts`
 * @param options.host scheme and host of the distribution; without it, URLs are paths
 */
export function createImages(config: ImagesConfig = {}, { host = '' }: { host?: string } = {}) {
  const { path, sizes: listed, maxDpr, formats, readSize } = createPaths(config);

  /** Listed widths, in pixels, smallest first. */
  const widths = listed
    .filter((size) => size.endsWith('w'))
    .map((size) => parseInt(size, 10))
    .sort((one, other) => one - other);

  /** The smallest listed width that is no smaller, else the largest. */
  const nearestWidth = (width: number): number => widths.find((each) => each >= width) ?? widths.at(-1)!;

  /** The URL of one variant. @throws Error with the function's own sentence for what is not on the allow-list */
  const url = (key: string, options: UrlOptions = {}): string => host + path(key, options);

  /** A size at 1x, 2x and so on up to `maxDpr`, or without a size all listed widths. @param most the largest width needed */
  const srcset = (key: string, options: UrlOptions = {}, most = Infinity): string => {
    const { box, preset } = readSize(options);
    const side = Math.max(...box);
    if (!side && !preset) {
      return widths
        .filter((each) => each <= nearestWidth(most))
        .map((each) => `${url(key, { ...options, width: each })} ${each}w`)
        .join(', ');
    }
    return Array.from({ length: side ? Math.min(maxDpr, MAX_SIDE / side) : 1 }, (_, index) => {
      const dpr = index + 1;
      return `${url(key, { ...options, dpr })} ${dpr}x`;
    }).join(', ');
  };

  const attributes = (key: string, options: AttributeOptions = {}): ImageAttributes => {
    const { width, height, layout = 'constrained', sizes, ...rest } = options;
    const { box, preset } = readSize(rest);
    const isNamed = preset ?? Math.max(...box);
    // Operations may change sides.
    const [ownWidth, ownHeight] = hasOperations(preset) ? [0, 0] : box;
    const isFixed = isNamed || layout === 'fixed';
    const most = layout === 'constrained' && width;
    const fixed = isNamed ? rest : { ...rest, width };
    return {
      src: url(key, isFixed ? fixed : { ...rest, width: nearestWidth(width ?? Infinity) }),
      srcset: srcset(key, isFixed ? fixed : rest, most ? 2 * most : Infinity),
      sizes: isFixed ? undefined : (sizes ?? (most ? `(min-width: ${most}px) ${most}px, 100vw` : '100vw')),
      width: width ?? (ownWidth || undefined),
      height: height ?? (ownHeight || undefined),
    };
  };

  /** For where something in front keeps `Accept` from the distribution. */
  const picture = (key: string, options: AttributeOptions = {}): PictureAttributes => ({
    sources: formats.map((format) => {
      const { src: _, ...source } = attributes(key, { ...options, format });
      return { type: `image/${format}`, ...source };
    }),
    img: attributes(key, options),
  });

  /** The URL of the preset `placeholder`. @throws Error where the config has none */
  const placeholder = (key: string): string => url(key, { preset: 'placeholder' });

  return { url, srcset, attributes, picture, placeholder, widths, nearestWidth };
}
