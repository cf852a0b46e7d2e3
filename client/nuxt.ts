/** Nuxt Image: a provider. */
import type { ImagesConfig } from './index';
import { type Adapter, type AdapterOptions, type ImageRequest, createAdapter } from './urls/adapter';

/** Options of the provider in `nuxt.config`. */
export interface ProviderOptions {
  /** Scheme and host of the distribution, in place of `host`. */
  baseURL?: string;
}

/** What Nuxt Image hands to a provider, beside its options. */
export interface ProviderRequest extends ProviderOptions {
  modifiers?: Partial<ImageRequest & { blur: number | string; background: string }>;
}

export interface Provider {
  getImage(src: string, request: ProviderRequest): { url: string };
}

/**
 * The default export of a file that `image.providers.NAME.provider` in `nuxt.config` names.
 * @param config the object of `resizer.config.ts`
 */
export function createProvider(config: ImagesConfig, { host }: AdapterOptions = {}): () => Provider {
  const adapters = new Map<string, Adapter>();
  const adapterOf = (url: string): Adapter => {
    const adapter = adapters.get(url) ?? createAdapter(config, { host: url });
    adapters.set(url, adapter);
    return adapter;
  };
  const provider: Provider = {
    getImage(src, { modifiers = {}, baseURL = host ?? '' }) {
      const { images, keyOf, url } = adapterOf(baseURL.replace(/\/$/, ''));
      const { blur, background: _, ...request } = modifiers;
      const key = blur ? keyOf(src) : undefined;
      try {
        // Only what Nuxt shows until the picture is there is blurred.
        if (key !== undefined) return { url: images.placeholder(key) };
      } catch {
        // Without such a preset it is the nearest size, which is shown as small.
      }
      return { url: url(src, request) };
    },
  };
  return () => provider;
}
