/** Next.js: the function of `images.loaderFile`, and the widths for `next.config`. */
import { type ImagesConfig, createImages } from './index';
import { type AdapterOptions, createAdapter } from './urls/adapter';

/** The arguments of a loader. */
export interface ImageLoaderProps {
  src: string;
  width: number;
  quality?: number | undefined;
}

/** The part of `images` in `next.config` that the config of the distribution decides. */
export interface NextImages {
  deviceSizes: number[];
  imageSizes: number[];
  qualities?: number[];
}

/** Next.js treats widths from here on as those of screens. */
const SMALLEST_SCREEN = 640;

/**
 * The default export of the `loaderFile`, which begins with `'use client'`.
 * @param config the object of `resizer.config.ts`
 */
export function createLoader(config: ImagesConfig, options?: AdapterOptions): (props: ImageLoaderProps) => string {
  const { url } = createAdapter(config, options);
  return ({ src, ...request }) => url(src, request);
}

/** The listed widths and qualities, for `images` in `next.config`, so that Next.js requests no others. */
export function nextImages(config: ImagesConfig): NextImages {
  const { widths } = createImages(config);
  const screens = widths.filter((width) => width >= SMALLEST_SCREEN);
  const deviceSizes = screens.length > 0 ? screens : widths.slice(-1);
  return {
    deviceSizes,
    imageSizes: widths.filter((width) => !deviceSizes.includes(width)),
    ...(config.qualities?.length && { qualities: [...config.qualities] }),
  };
}
