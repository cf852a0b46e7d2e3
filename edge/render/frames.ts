import type { Variant } from '../grammar';
import type { RenderSettings } from '.';
import type { Header } from './inspect';

/** How many frames a variant has, and what to say where that is fewer than the original's. */
export interface Frames {
  /** 1 for a still; -1, as sharp has it, for all of an animation. */
  count: 1 | -1;
  note?: string;
}

/** Whether a target, or the class of viewers that it stands for, has a format for animations. */
const canAnimate = ({ target }: Variant): boolean => target !== 'jpeg' && target !== 'png' && target !== 'avif';

/** All frames where the target can and the limits allow; else the first. */
export function framesOf(header: Header, variant: Variant, settings: RenderSettings): Frames {
  if (header.pages === 1) return { count: 1 };
  if (!canAnimate(variant)) return { count: 1, note: 'first frame: the format has no animation' };
  const pixels = header.pages * header.width * header.height;
  if (header.pages > settings.maxAnimationFrames || pixels > settings.maxAnimationPixels) {
    return {
      count: 1,
      note: `first frame: ${header.pages} frames of ${header.width}x${header.height} are over the limit`,
    };
  }
  return { count: -1 };
}
