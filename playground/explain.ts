import { type Variant, VIEWER_CLASSES } from '../edge/variant';
import type { ViewerAnswer } from './protocol';
import { nameOfType } from './format';

/** Formats that browsers of each class accept beside JPEG, PNG and GIF. */
const TAKEN: Readonly<Record<string, string>> = {
  'auto.avif': 'AVIF and WebP',
  'auto.webp': 'WebP',
  auto: 'no newer format than JPEG, PNG and GIF',
};

/** The format of an answer, and why the render has chosen it. */
export function explainFormat(variant: Variant | undefined, { headers, formatReason }: ViewerAnswer): string {
  const name = nameOfType((headers['content-type'] ?? '').split(';')[0]!);
  if (!variant) return name;
  const isClass = (VIEWER_CLASSES as readonly string[]).includes(variant.target);
  if (!isClass) return `${name}: the URL names it${formatReason ? ` (${formatReason})` : ''}.`;
  const reason = formatReason ?? 'the log of its render has the reason';
  return `${name}: browsers of this class accept ${TAKEN[variant.target]}; ${reason}.`;
}
