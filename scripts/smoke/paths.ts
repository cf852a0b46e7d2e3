import type { Config } from '../../edge/config/schema';
import { encodeKey } from '../../edge/path';
import { type Target, type Variant, hasGravity, printVariant } from '../../edge/variant';
import { type Size, parseSize } from '../../edge/size';

/**
 * The canonical path of a size, below the base. Every distribution reads it, whatever URL forms its config has. The class of a
 * viewer comes from its `Accept`, so `auto` is enough.
 */
export function pathOf({ fits, gravities }: Config, key: string, size: string, target: Target = 'auto'): string {
  const { width, height } = parseSize(size);
  const [fit, gravity] = [width && height ? fits[0]! : ('inside' as const), gravities[0]!];
  const variant: Variant = {
    ...(width && { width }),
    ...(height && { height }),
    fit,
    ...(hasGravity(fit) && { gravity }),
    target,
  };
  return `/${encodeKey(key)}/${printVariant(variant)}`;
}

/** Pixels of a picture at a size: never enlarged, and cropped or padded to a box. */
export function pixelsOf({ width, height }: Size, own: Required<Size>, config: Config): Required<Size> {
  const scaled = (box: Required<Size>, factor: number): Required<Size> => ({
    width: Math.round(box.width * Math.min(1, factor)),
    height: Math.round(box.height * Math.min(1, factor)),
  });
  if (!width && !height) return scaled(own, config.full / Math.max(own.width, own.height));
  if (!height) return scaled(own, width! / own.width);
  if (!width) return scaled(own, height / own.height);
  const ratios = [width / own.width, height / own.height];
  const [fit] = config.fits;
  if (fit === 'inside') return scaled(own, Math.min(...ratios));
  if (fit === 'outside') return scaled(own, Math.max(...ratios));
  return scaled({ width, height }, 1 / (fit === 'contain' ? Math.min(...ratios) : Math.max(...ratios)));
}
