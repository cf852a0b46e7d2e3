import type { Target } from '../grammar';
import type { RenderSettings } from '.';

export type Format = 'avif' | 'webp' | 'jpeg' | 'png' | 'gif';

/** What the pixels of a variant are like. */
export interface Content {
  /** Pixels of one frame. */
  pixels: number;
  animated: boolean;
  /** Some pixel is not opaque. */
  transparent: boolean;
  /** Flat colours and hard edges: a drawing or a screenshot. */
  graphic: boolean;
}

/** Beyond so many pixels, AVIF takes longer than its bytes are worth. */
const MAX_AVIF_PIXELS = 9e6;

/** The format of a variant: the one that the target names, or the best of the class for this content. */
export function chooseFormat(target: Target, content: Content, settings: RenderSettings): Format {
  if (target === 'auto.avif' || target === 'auto.webp') {
    const best = settings.formats.find((format) => {
      if (format === 'webp') return true;
      // sharp writes no animated AVIF, and WebP keeps flat colours without loss in fewer bytes.
      return target === 'auto.avif' && !content.animated && !content.graphic && content.pixels <= MAX_AVIF_PIXELS;
    });
    return best ?? chooseFormat('auto', content, settings);
  }
  if (target !== 'auto') return target;
  if (content.animated) return 'gif';
  return content.transparent || content.graphic ? 'png' : 'jpeg';
}
