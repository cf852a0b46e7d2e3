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

/** What Nuxt Image asks about a picture. */
export interface ImageMeta {
  width: number;
  height: number;
  /** A tiny, blurred picture as a data URI. */
  placeholder: string;
}

export interface ResolvedImage {
  url: string;
  /** Missing for a picture of elsewhere. It rejects if there are no facts about the original. */
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
        // Nuxt asks for a blur only of what it shows until the picture has loaded.
        if (blur) return { url: images.placeholder(key), getMeta };
      } catch {
        // There is no such preset: the nearest size is shown in its place.
      }
      return { url: url(src, request), getMeta };
    },
  };
  return () => provider;
}
