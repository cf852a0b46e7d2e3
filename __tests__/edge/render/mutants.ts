import sharp from 'sharp';
import { FAILURE_STATUSES } from '../../../edge/failure-statuses';
import { type Failure, isFailure } from '../../../edge/failure';
import { FITS, GRAVITIES, TARGETS, type Variant, hasGravity } from '../../../edge/variant';
import { render } from '../../../edge/render';
import type { Rendered } from '../../../edge/render/types';
import { CRAFTS } from './crafted';
import { Dice } from './dice';
import { FIXTURES, SECRET, fixture } from './fixtures';
import { SETTINGS } from './picture';

type Damage = (bytes: Buffer, dice: Dice) => Buffer;

/** A place in a file; every other one in its first bytes, where the headers are. */
const place = (bytes: Buffer, dice: Dice): number =>
  dice.below(dice.below(2) ? bytes.length : Math.min(bytes.length, 300));

/** Numbers at which readers of files are off by one, or by all. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

const flipBit: Damage = (bytes, dice) => {
  const at = place(bytes, dice);
  bytes[at] = bytes[at]! ^ (1 << dice.below(8));
  return bytes;
};

/** One bit is the likeliest to get past the first check of a decoder. */
const DAMAGES: Damage[] = [
  flipBit,
  flipBit,
  flipBit,
  (bytes, dice) => {
    bytes[place(bytes, dice)] = dice.oneOf(EDGES);
    return bytes;
  },
  (bytes, dice) => bytes.fill(dice.oneOf(EDGES), place(bytes, dice), place(bytes, dice)),
  (bytes, dice) => bytes.subarray(0, place(bytes, dice)),
  (bytes, dice) => Buffer.concat([bytes.subarray(0, place(bytes, dice)), bytes.subarray(place(bytes, dice))]),
  (bytes, dice) => {
    const [from, to, at] = [place(bytes, dice), place(bytes, dice), place(bytes, dice)];
    return Buffer.concat([
      bytes.subarray(0, at),
      bytes.subarray(Math.min(from, to), Math.max(from, to)),
      bytes.subarray(at),
    ]);
  },
  (bytes, dice) => {
    const at = Math.min(place(bytes, dice), Math.max(0, bytes.length - 4));
    if (bytes.length >= 4) bytes.writeUInt32BE(dice.oneOf([0, 1, 0xffff, 0x10000, 0x7fffffff, 0xffffffff]), at);
    return bytes;
  },
];

/** The profile alone is a megabyte; the others are what is to be damaged. */
const ORIGINALS = FIXTURES.filter((name) => name !== 'cmyk.jpg');

export interface Mutant {
  name: string;
  original: Buffer;
  variant: Variant;
}

async function damaged(dice: Dice): Promise<Omit<Mutant, 'variant'>> {
  const name = dice.oneOf(ORIGINALS);
  let original = Buffer.from(await fixture(name)) as Buffer;
  for (let times = 1 + dice.below(3); times > 0; times--) original = dice.oneOf(DAMAGES)(original, dice);
  return { name, original };
}

async function crafted(dice: Dice): Promise<Omit<Mutant, 'variant'>> {
  const name = dice.oneOf(Object.keys(CRAFTS));
  return { name: `crafted ${name}`, original: await CRAFTS[name]!(dice) };
}

/** The original and the variant that follow from a seed: bytes damaged from 0 on, fields crafted below. */
export async function mutantOf(seed: number): Promise<Mutant> {
  const dice = new Dice(seed);
  const original = seed < 0 ? await crafted(dice) : await damaged(dice);
  const sides = [undefined, 1, 50, 300, 2000];
  const [width, height] = [dice.oneOf(sides), dice.oneOf(sides)];
  const fit = width && height ? dice.oneOf(FITS) : 'inside';
  const variant: Variant = { fit, target: dice.oneOf(TARGETS) };
  if (width) variant.width = width;
  if (height) variant.height = height;
  if (hasGravity(fit)) variant.gravity = dice.oneOf(GRAVITIES);
  return { ...original, variant };
}

/** What is wrong with the outcome of a mutant, if anything is. */
export async function faultOf({ name, variant }: Mutant, outcome: Rendered | Failure): Promise<string | undefined> {
  const about = `${name} as ${JSON.stringify(variant)}`;
  if (isFailure(outcome)) {
    return FAILURE_STATUSES[outcome.code] === 415 && !outcome.message.includes('\n')
      ? undefined
      : `${about}: ${outcome.code}`;
  }
  if (outcome.body.includes(SECRET)) return `${about}: metadata got out`;
  const stored = await sharp(outcome.body, { limitInputPixels: false }).metadata();
  const matches = stored.width === outcome.width && stored.height === outcome.height;
  return matches
    ? undefined
    : `${about}: ${stored.width}x${stored.height} in place of ${outcome.width}x${outcome.height}`;
}

/** Renders the mutant of a seed in this process. @returns what is wrong with the outcome, if anything is */
export async function renderMutant(seed: number): Promise<string | undefined> {
  const mutant = await mutantOf(seed);
  return faultOf(mutant, await render(mutant.original, mutant.variant, SETTINGS));
}
