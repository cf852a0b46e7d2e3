/** Astro: an external image service. */
import type { ImagesConfig } from './index';
import { type AdapterOptions, type ImageRequest, createAdapter, toNumber } from './urls/adapter';

/** The props of an `<Image>`, completed by Astro. `src` is an object for an imported picture. */
export interface ImageTransform {
  src: string | { src: string; width: number; height: number };
  width?: number | undefined;
  height?: number | undefined;
  format?: string | undefined;
  quality?: number | string | null | undefined;
  fit?: string | undefined;
  position?: string | undefined;
  widths?: number[] | undefined;
  densities?: (number | string)[] | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Astro's own type, which has to be assignable
  [attribute: string]: any;
}

export interface SourceSetValue {
  transform: ImageTransform;
  descriptor: string;
}

export interface ImageService {
  validateOptions(options: ImageTransform): ImageTransform;
  getURL(options: ImageTransform): string;
  getSrcSet(options: ImageTransform): SourceSetValue[];
  getHTMLAttributes(options: ImageTransform): Record<string, unknown>;
}

/** Astro's names for qualities, as its own service reads them. */
const QUALITIES: Readonly<Record<string, number>> = { low: 25, mid: 50, high: 80, max: 100 };

/** Our names for Astro's fits, which are those of CSS. */
const FITS: Readonly<Record<string, string>> = {
  contain: 'inside',
  'scale-down': 'inside',
  none: 'outside',
};

const SIDES: Readonly<Record<string, string>> = { top: 'north', bottom: 'south', left: 'west', right: 'east' };

const isVertical = (side: string): boolean => side === 'north' || side === 'south';

/** Props of an `<Image>` that are not attributes of an `<img>`. */
const OPTIONS = new Set(
  'src format quality fit position widths densities formats layout priority background inferSize'.split(' '),
);

/** The gravity of an `object-position` such as `left top`; undefined for the middle. Invalid positions are never listed. */
function gravityOf(position: string): string | undefined {
  const sides = position
    .split(/[\s-]+/)
    .filter((word) => word !== 'center')
    .map((word) => SIDES[word] ?? word)
    .sort((one, other) => Number(isVertical(other)) - Number(isVertical(one)));
  return sides.join('') || undefined;
}

/**
 * The default export of a file that `image.service.entrypoint` in `astro.config` names.
 * @param config the object of `resizer.config.ts`
 */
export function createService(config: ImagesConfig, options?: AdapterOptions): ImageService {
  const { isBox, nearest, url } = createAdapter(config, options);
  const ofRatio = ({ width, height }: ImageTransform, used: number) => ({
    width: used,
    height: width && height && Math.round((used * height) / width),
  });

  const requestOf = ({ quality, fit, position, width, height, format }: ImageTransform): ImageRequest => ({
    width,
    // As in Astro's own service: without a fit, the height only reserves space.
    height: fit || !width ? height : undefined,
    format,
    quality: QUALITIES[quality ?? ''] ?? quality,
    fit: fit && (FITS[fit] ?? fit),
    gravity: fit === 'cover' && position ? gravityOf(position) : undefined,
  });

  return {
    validateOptions: (given) => ({ ...given, width: toNumber(given.width), height: toNumber(given.height) }),

    // A picture of the site's own build is not in the bucket.
    getURL: (given) => (typeof given.src === 'string' ? url(given.src, requestOf(given)) : given.src.src),

    getSrcSet(given) {
      const { src, width, widths = [], densities } = given;
      if (typeof src !== 'string') return [];
      const { widths: _, densities: __, ...transform } = given;
      if (densities && width) {
        return densities.map((density) => {
          const ratio = parseFloat(String(density));
          return { transform: { ...transform, ...ofRatio(given, Math.round(width * ratio)) }, descriptor: `${ratio}x` };
        });
      }
      // All candidates need the same shape, or the page would shift.
      const isCropped = (each: number): boolean => isBox(requestOf({ ...given, ...ofRatio(given, each) }));
      const listed = (
        width && isCropped(width) ? widths.filter(isCropped) : widths.flatMap((each) => nearest(each) ?? [])
      ).sort((one, other) => one - other);
      return [...new Set(listed)].map((each) => ({
        transform: { ...transform, ...ofRatio(given, each) },
        descriptor: `${each}w`,
      }));
    },

    getHTMLAttributes: (given) => Object.fromEntries(Object.entries(given).filter(([name]) => !OPTIONS.has(name))),
  };
}
