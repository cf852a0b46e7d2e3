/** What becomes of each kind of original: the rows of the table in docs/rendering.md, and of its tests. */
import type { Variant } from '../../../edge/variant';
import { ARITHMETIC } from './fixtures/arithmetic';
import { codedAvif } from './fixtures/colours';
import { type FixtureName, fixture, frameBomb, scene, withSegment } from './fixtures';

/** `passed on` is the original without anything but its picture, `first frame` says so in a header. */
type Becomes = 'passed on' | 'rendered' | 'first frame' | 'UNSUPPORTED' | 'CORRUPT' | 'TOO_LARGE';

export interface Outcome {
  kind: string;
  original: string;
  becomes: Becomes;
  make: () => Promise<Buffer>;
  variant: Partial<Variant>;
}

const JPEG = { target: 'jpeg', quality: 100 } as const;

const of = (name: FixtureName) => () => fixture(name);

const tightJpeg = () => scene(600).jpeg({ quality: 8, mozjpeg: true }).toBuffer();

export const OUTCOMES: Outcome[] = [
  { kind: 'JPEG', original: 'smaller than its rendering', becomes: 'passed on', make: tightJpeg, variant: JPEG },
  {
    kind: 'JPEG',
    original: 'the same with metadata',
    becomes: 'passed on',
    make: async () => withSegment(await tightJpeg(), 0xe1, 'Exif\0\0MM\0*\0\0\0\x08\0\0'),
    variant: JPEG,
  },
  {
    kind: 'JPEG',
    original: 'of arithmetic codes',
    becomes: 'rendered',
    make: async () => Buffer.from(ARITHMETIC, 'base64'),
    variant: JPEG,
  },
  {
    kind: 'JPEG',
    original: 'in other colours than sRGB',
    becomes: 'rendered',
    make: of('display-p3.jpg'),
    variant: JPEG,
  },
  { kind: 'JPEG', original: 'not upright', becomes: 'rendered', make: of('orientation-6.jpg'), variant: JPEG },
  { kind: 'PNG', original: 'with 16 bits', becomes: 'rendered', make: of('16-bit.png'), variant: {} },
  {
    kind: 'PNG',
    original: 'animated, nothing to be done',
    becomes: 'passed on',
    make: of('animated.png'),
    variant: {},
  },
  {
    kind: 'PNG',
    original: 'animated, to be resized',
    becomes: 'first frame',
    make: of('animated.png'),
    variant: { width: 60 },
  },
  {
    kind: 'GIF',
    original: 'animated',
    becomes: 'rendered',
    make: of('animated.gif'),
    variant: { width: 60, target: 'webp' },
  },
  {
    kind: 'GIF',
    original: 'over the limit of animations, nothing to be done',
    becomes: 'passed on',
    make: async () => frameBomb(100_000, 16, 16),
    variant: { target: 'gif' },
  },
  {
    kind: 'GIF',
    original: 'over the limit of animations, to be resized or in another format',
    becomes: 'first frame',
    make: async () => frameBomb(100_000, 16, 16),
    variant: { target: 'webp' },
  },
  {
    kind: 'GIF',
    original: 'cut short',
    becomes: 'rendered',
    make: async () => (await fixture('animated.gif')).subarray(0, 3000),
    variant: { target: 'gif' },
  },
  {
    kind: 'WebP',
    original: 'smaller than its rendering',
    becomes: 'passed on',
    make: of('animated.webp'),
    variant: { target: 'webp' },
  },
  {
    kind: 'WebP',
    original: 'animated and not upright',
    becomes: 'rendered',
    make: of('turned.webp'),
    variant: { target: 'webp' },
  },
  {
    kind: 'AVIF',
    original: 'any, even if the rendering is larger',
    becomes: 'rendered',
    make: of('photo.avif'),
    variant: { target: 'avif' },
  },
  { kind: 'AVIF', original: 'animated', becomes: 'first frame', make: of('sequence.avif'), variant: {} },
  {
    kind: 'AVIF, PNG',
    original: 'of high dynamic range (PQ, HLG)',
    becomes: 'UNSUPPORTED',
    make: () => codedAvif(9, 16),
    variant: {},
  },
  { kind: 'HEIC', original: 'with HEVC', becomes: 'UNSUPPORTED', make: of('hevc.heic'), variant: {} },
  { kind: 'TIFF', original: 'its first page', becomes: 'rendered', make: of('photo.tiff'), variant: {} },
  { kind: 'SVG', original: 'drawn', becomes: 'rendered', make: of('drawing.svg'), variant: {} },
  {
    kind: 'any',
    original: 'damaged or incomplete',
    becomes: 'CORRUPT',
    make: async () => (await fixture('photo.png')).subarray(0, 2000),
    variant: {},
  },
  {
    kind: 'any',
    original: 'over a limit of its kind',
    becomes: 'TOO_LARGE',
    make: async () => frameBomb(1, 60_000, 60_000),
    variant: {},
  },
];

/** The table as docs/rendering.md has it, without the spaces that a formatter puts in. */
export const outcomeRows = (): string[] =>
  OUTCOMES.map(
    ({ kind, original, becomes }) => `|${kind}|${original}|${/[a-z]/.test(becomes) ? becomes : `\`${becomes}\``}|`,
  );
