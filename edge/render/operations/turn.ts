/** Turning and mirroring. It is done to the variant: the original may be a hundred times as large. */
import type { Gravity, Variant } from '../../variant';
import { directionOf, isCompass, placeIn } from './compass';
import { operation, transform } from './operation';
import type { Operations } from './types';

export const rotate = operation('rotate', (degrees) => (pixels) => transform(pixels, (image) => image.rotate(degrees)));
export const flip = operation('flip', () => (pixels) => transform(pixels, (image) => image.flip()));
export const flop = operation('flop', () => (pixels) => transform(pixels, (image) => image.flop()));

/** The variant to render so that, once turned and mirrored, it has the sides and the gravity of the preset. */
export function beforeTurning(variant: Variant, operations: Operations): Variant {
  const { width, height, gravity } = variant;
  const isSideways = operations.rotate === 90 || operations.rotate === 270;
  return {
    ...variant,
    ...(isSideways && { width: height, height: width }),
    ...(gravity && { gravity: gravityBefore(gravity, operations) }),
  };
}

function gravityBefore(gravity: Gravity, { rotate: degrees, flip: isFlipped, flop: isFlopped }: Operations): Gravity {
  if (!isCompass(gravity)) return gravity;
  let [x, y] = directionOf(gravity);
  if (isFlopped) x = -x || 0;
  if (isFlipped) y = -y || 0;
  // A quarter turn back for each one to come.
  for (let turned = 0; turned < (degrees ?? 0); turned += 90) [x, y] = [y, -x || 0];
  return placeIn([x, y]);
}
