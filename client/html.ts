/** Plain HTML: the attributes of an `<img>`, for templates of any kind. */
import type { AttributeOptions, ImageAttributes, ImagesConfig } from './index';
import { type AdapterOptions, createAdapter } from './urls/adapter';

export interface HtmlOptions extends AttributeOptions {
  alt?: string | undefined;
  /** Whether it is the largest picture of the first screen, which should load first. */
  priority?: boolean | undefined;
}

/** Attributes by their names in HTML; those that are undefined are left out. */
export interface HtmlAttributes extends Omit<ImageAttributes, 'srcset'> {
  srcset?: string | undefined;
  alt: string;
  loading: 'lazy' | 'eager';
  decoding?: 'async' | undefined;
  fetchpriority?: 'high' | undefined;
}

/**
 * Returns a function that makes the attributes of `images.attributes`, or those of the nearest listed width if that throws.
 * @param config the object of `resizer.config.ts`
 */
export function createAttributes(
  config: ImagesConfig,
  options?: AdapterOptions,
): (src: string, options?: HtmlOptions) => HtmlAttributes {
  const { images, keyOf, url, warn } = createAdapter(config, options);

  function sourceOf(src: string, asked: AttributeOptions): Omit<HtmlAttributes, 'alt' | 'loading'> {
    const { width, height, quality, format } = asked;
    const key = keyOf(src);
    try {
      if (key === undefined) return { src, width, height };
      const { srcset, ...rest } = images.attributes(key, asked);
      return { ...rest, srcset: srcset || undefined };
    } catch (error) {
      warn(`${(error as Error).message} Asked for by ${src}.`);
      return { src: url(src, { width, quality, format }), width, height };
    }
  }

  return (src, { alt = '', priority, ...asked } = {}) => ({
    ...sourceOf(src, asked),
    alt,
    loading: priority ? 'eager' : 'lazy',
    ...(priority ? { fetchpriority: 'high' } : { decoding: 'async' }),
  });
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** Attributes as the text between `<img ` and `>`; those that are undefined are left out. */
export const printAttributes = (attributes: object): string =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]: [string, unknown]) =>
        `${name}="${String(value).replace(/[&"<>]/g, (character) => ESCAPES[character]!)}"`,
    )
    .join(' ');
