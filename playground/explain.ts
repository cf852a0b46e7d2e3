import { type Variant, VIEWER_CLASSES } from '../edge/variant';
import type { ViewerAnswer } from './protocol';
import { nameOfType } from './format';

/** What browsers of each class take beside JPEG, PNG and GIF. */
const TAKEN: Readonly<Record<string, string>> = {
  'auto.avif': 'AVIF and WebP',
  'auto.webp': 'WebP',
  auto: 'no newer format than JPEG, PNG and GIF',
};

/** Why the picture's type was chosen among those of its class. */
const REASONS: Readonly<Record<string, string>> = {
  'image/avif': 'the best that they take',
  'image/webp': 'the best for this picture: AVIF is not taken, cannot hold it (as an animation), or would be larger',
  'image/jpeg': 'the best for an opaque picture',
  'image/png': 'without loss, for transparency, flat colours or few pixels',
  'image/gif': 'the one for an animation',
  'image/svg+xml': 'the drawing as it is',
};

/** The format of an answer, and why it was chosen. */
export function explainFormat(variant: Variant | undefined, { headers }: ViewerAnswer): string {
  const type = (headers['content-type'] ?? '').split(';')[0]!;
  const name = nameOfType(type);
  if (!variant) return name;
  const isClass = (VIEWER_CLASSES as readonly string[]).includes(variant.target);
  if (!isClass) return `${name}: the URL names it.`;
  const reason = REASONS[type];
  return `${name}: browsers of this class take ${TAKEN[variant.target]}${reason ? `; ${reason}` : ''}.`;
}
