/** unpic: the `transformer` of an `Image` from `@unpic/…/base`. */
import type { ImagesConfig } from './index';
import { type AdapterOptions, type ImageRequest, createAdapter } from './urls/adapter';

/** Sides from unpic, and options from the prop `operations`. */
export type Operations = ImageRequest;

export type Transformer = (src: string | URL, operations: Operations, options?: unknown) => string;

/** @param config the object of `resizer.config.ts` */
export function createTransformer(config: ImagesConfig, options?: AdapterOptions): Transformer {
  const { url } = createAdapter(config, options);
  // unpic writes some URLs into `url(…)` without quotes, which these characters would end.
  return (src, operations) => {
    const made = url(String(src), operations);
    return made === String(src) ? made : made.replace(/['()]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  };
}
