/** Nuxt Image: a provider. */
import type { ImagesConfig } from './index';
import { type Adapter, type AdapterOptions, type ImageRequest, createAdapter } from './urls/adapter';

/** Options of the provider in `nuxt.config`. */
export interface ProviderOptions {
  /** Scheme and host of the distribution, instead of `host`. */
  baseURL?: string;
}

/** The arguments of a provider, beside its options. */
export interface ProviderRequest extends ProviderOptions {
  modifiers?: Partial<ImageRequest & { blur: number | string; background: string }>;
}

/** Facts that Nuxt Image asks for. */
export interface ImageMeta {
  width: number;
  height: number;
  /** A tiny, blurred picture as a data URI. */
  placeholder: string;
}

export interface ResolvedImage {
  url: string;
  /** Missing for pictures from elsewhere. Rejects if the original has no facts. */
  getMeta?: () => Promise<ImageMeta>;
}

export interface Provider {
  getImage(src: string, request: ProviderRequest): ResolvedImage;
}

async function fetchMeta(url: string): Promise<ImageMeta> {
  const answer = await fetch(url);
  const facts = (await answer.json()) as ImageMeta & { message?: string };
  if (!answer.ok) throw new Error(facts.message);
  const { width, height, placeholder } = facts;
  return { width, height, placeholder };
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
      const key = keyOf(src);
      if (key === undefined) return { url: src };
      const getMeta = () => fetchMeta(images.info(key));
      try {
        // Nuxt only requests a blur for its placeholder.
        if (blur) return { url: images.placeholder(key), getMeta };
      } catch {
        // Without such a preset, the nearest size is shown instead.
      }
      return { url: url(src, request), getMeta };
    },
  };
  return () => provider;
}
