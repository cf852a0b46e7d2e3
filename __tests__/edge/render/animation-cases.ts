import { GIFS } from './fixtures/gifs';
import { animation } from './fixtures';

/** An animation that a browser shows. */
export interface AnimationCase {
  type: 'image/gif' | 'image/webp';
  make: () => Promise<Buffer>;
}

const gifs = Object.entries(GIFS).map(([name, gif]): [string, AnimationCase] => [
  `a GIF with ${name}`,
  { type: 'image/gif', make: async () => gif },
]);

export const ANIMATION_CASES: Record<string, AnimationCase> = Object.fromEntries([
  ...gifs,
  ['a GIF', { type: 'image/gif', make: () => animation('gif') }],
  ['a clear GIF', { type: 'image/gif', make: () => animation('gif', 'none') }],
  ['a WebP', { type: 'image/webp', make: () => animation('webp') }],
  ['a clear WebP', { type: 'image/webp', make: () => animation('webp', 'none') }],
] satisfies [string, AnimationCase][]);
