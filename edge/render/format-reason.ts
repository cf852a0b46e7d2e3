/** Why a picture has its format, in words: for the log and the playground. */
import { type Format, MODERN_FORMATS } from '../variant';
import type { Content } from './content';
import { ENCODERS, holds } from './encoders';
import type { Choice, Encoding } from './types';

/** Encodings between which one was chosen, and those of them that were tried for it. */
export interface Candidates {
  possible: Encoding[];
  tried: Encoding[];
}

/**
 * Why a still has its format: what the picture is like, which better formats cannot hold it, and which other encoding
 * was considered.
 * @returns one line; undefined where the URL or a preset names the format
 */
export function stillReason(
  used: Encoding,
  candidates: Candidates,
  choice: Choice,
  content: Content,
  seconds: number,
): string | undefined {
  if (!choice.isClass) return undefined;
  const { transparent, soft, graphic, small } = content;
  const better = betterThan(used, choice);
  const tooLarge = better.filter((format) => !holds(format, content, true, seconds));
  const opaque = better.filter((format) => transparent && ENCODERS[format].lossy === 'opaque');
  const likeness = [small && 'small', transparent && 'transparent', graphic ? 'graphic' : 'photograph'];
  return [
    `a ${likeness.filter(Boolean).join(' ')}`,
    ...(tooLarge.length > 0 ? [`too large for ${namesOf(tooLarge)}`] : []),
    ...(opaque.length > 0 ? [`which ${namesOf(opaque)} cannot hold`] : []),
    ...(soft && better.includes('avif') ? ['whose soft transparency AVIF would roughen'] : []),
    ...comparison(used, candidates, small),
  ].join(', ');
}

/** The same for an animation with all of its frames. */
export function animationReason(used: Encoding, tried: Encoding[], choice: Choice): string | undefined {
  if (!choice.isClass) return undefined;
  const still = betterThan(used, choice).filter((format) => MODERN_FORMATS.some((modern) => modern === format));
  return [
    'an animation',
    ...(still.length > 0 ? [`which is not written as ${namesOf(still)}`] : []),
    ...comparison(used, { possible: tried, tried }, false),
  ].join(', ');
}

/** Formats of the class that come before the one that was used. */
const betterThan = ({ format }: Encoding, { formats }: Choice): Format[] => formats.slice(0, formats.indexOf(format));

/** Why one encoding was preferred to another. */
function comparison(used: Encoding, { possible, tried }: Candidates, isSmall: boolean): string[] {
  const other = possible.find(({ format, lossless }) => format !== used.format || lossless !== used.lossless);
  if (!other) return [];
  const isPredicted = !tried.includes(other);
  const cause = isPredicted ? 'foretold to be smaller' : isSmall && used.lossless ? 'little larger' : 'smaller';
  return [`${cause} as ${nameOf(used)} than as ${nameOf(other)}`];
}

const nameOf = ({ format, lossless }: Encoding): string => `${namesOf([format])} ${lossless ? 'without' : 'with'} loss`;

const namesOf = (formats: Format[]): string => formats.map((format) => format.toUpperCase()).join(' and ');
