/** What result of each kind of original: the rows of the table in docs/rendering.md, and of its tests. */
import type { RenderSettings } from '../../../edge/render/types';
import type { Variant } from '../../../edge/variant';
import { ARITHMETIC } from './fixtures/arithmetic';
import { codedAvif } from './fixtures/colours';
import { type FixtureName, fixture, frameBomb, scene, withSegment } from './fixtures';
import { heicFixture } from './fixtures/heic';

/** `passed on` is the original without anything but its picture, `first frame` says so in a header. */
type RenderOutcome = 'passed on' | 'rendered' | 'first frame' | 'UNSUPPORTED' | 'CORRUPT' | 'TOO_LARGE';

export interface Outcome {
  kind: string;
  original: string;
  result: RenderOutcome;
  make: () => Promise<Buffer>;
  variant: Partial<Variant>;
  settings?: Partial<RenderSettings>;
}

const JPEG = { target: 'jpeg', quality: 100 } as const;

const of = (name: FixtureName) => () => fixture(name);

const tightJpeg = () => scene(600).jpeg({ quality: 8, mozjpeg: true }).toBuffer();

export const OUTCOMES: Outcome[] = [
  { kind: 'JPEG', original: 'smaller than its rendering', result: 'passed on', make: tightJpeg, variant: JPEG },
  {
    kind: 'JPEG',
    original: 'the same with metadata',
    result: 'passed on',
    make: async () => withSegment(await tightJpeg(), 0xe1, 'Exif\0\0MM\0*\0\0\0\x08\0\0'),
    variant: JPEG,
  },
  {
    kind: 'JPEG',
    original: 'with arithmetic coding',
    result: 'rendered',
    make: async () => Buffer.from(ARITHMETIC, 'base64'),
    variant: JPEG,
  },
  {
    kind: 'JPEG',
    original: 'in a colour space other than sRGB',
    result: 'rendered',
    make: of('display-p3.jpg'),
    variant: JPEG,
  },
  { kind: 'JPEG', original: 'not upright', result: 'rendered', make: of('orientation-6.jpg'), variant: JPEG },
  { kind: 'PNG', original: 'with 16 bits', result: 'rendered', make: of('16-bit.png'), variant: {} },
  {
    kind: 'PNG',
    original: 'animated, at its own size',
    result: 'passed on',
    make: of('animated.png'),
    variant: {},
  },
  {
    kind: 'PNG',
    original: 'animated, to be resized',
    result: 'first frame',
    make: of('animated.png'),
    variant: { width: 60 },
  },
  {
    kind: 'GIF',
    original: 'animated',
    result: 'rendered',
    make: of('animated.gif'),
    variant: { width: 60, target: 'webp' },
  },
  {
    kind: 'GIF',
    original: 'over the limit of animations, at its own size',
    result: 'passed on',
    make: async () => frameBomb(100_000, 16, 16),
    variant: { target: 'gif' },
  },
  {
    kind: 'GIF',
    original: 'over the limit of animations, to be resized or in another format',
    result: 'first frame',
    make: async () => frameBomb(100_000, 16, 16),
    variant: { target: 'webp' },
  },
  {
    kind: 'GIF',
    original: 'cut short',
    result: 'rendered',
    make: async () => (await fixture('animated.gif')).subarray(0, 3000),
    variant: { target: 'gif' },
  },
  {
    kind: 'WebP',
    original: 'smaller than its rendering',
    result: 'passed on',
    make: of('animated.webp'),
    variant: { target: 'webp' },
  },
  {
    kind: 'WebP',
    original: 'animated and not upright',
    result: 'rendered',
    make: of('turned.webp'),
    variant: { target: 'webp' },
  },
  {
    kind: 'AVIF',
    original: 'any, even if the rendering is larger',
    result: 'rendered',
    make: of('photo.avif'),
    variant: { target: 'avif' },
  },
  { kind: 'AVIF', original: 'animated', result: 'first frame', make: of('sequence.avif'), variant: {} },
  {
    kind: 'AVIF, PNG',
    original: 'of high dynamic range (PQ, HLG)',
    result: 'UNSUPPORTED',
    make: () => codedAvif(9, 16),
    variant: {},
  },
  {
    kind: 'HEIC',
    original: 'without the setting `heic`',
    result: 'UNSUPPORTED',
    make: () => heicFixture('phone'),
    variant: {},
  },
  {
    kind: 'HEIC',
    original: 'with it',
    result: 'rendered',
    make: () => heicFixture('phone'),
    variant: {},
    settings: { heic: true },
  },
  { kind: 'TIFF', original: 'its first page', result: 'rendered', make: of('photo.tiff'), variant: {} },
  { kind: 'SVG', original: 'drawn', result: 'rendered', make: of('drawing.svg'), variant: {} },
  {
    kind: 'any',
    original: 'damaged or incomplete',
    result: 'CORRUPT',
    make: async () => (await fixture('photo.png')).subarray(0, 2000),
    variant: {},
  },
  {
    kind: 'any',
    original: 'over a limit of its kind',
    result: 'TOO_LARGE',
    make: async () => frameBomb(1, 60_000, 60_000),
    variant: {},
  },
];

/** The table as docs/rendering.md has it, without the spaces that a formatter puts in. */
export const outcomeRows = (): string[] =>
  OUTCOMES.map(
    ({ kind, original, result }) => `|${kind}|${original}|${/[a-z]/.test(result) ? result : `\`${result}\``}|`,
  );
