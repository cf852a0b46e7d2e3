import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Picture } from '../pictures';
import { sideBySide } from '../side-by-side';
import { butteraugli } from './butteraugli';
import type { Point } from './curve';
import {
  CLASSES,
  type Box,
  type Class,
  QUALITY,
  SLOW_AVIF,
  type SlowAvif,
  WAYS,
  type Way,
  make,
  makeSlowAvif,
  reference,
} from './encoders';
import { type Original, type PeerFormat, type PeerName, peer, peersHere } from './peers';
import { scoreAgainst } from './score';

/** One picture at one width. */
export interface Job {
  picture: Picture;
  kind: 'photograph' | 'graphic';
  width: number;
  /** Whether to make the slow measurements, too: the time of misses, and AVIF with an effort of 3 or 4. */
  isThorough: boolean;
  /** How often the time of a miss is measured. */
  runs: number;
}

/** By quality. */
type Curve = Record<number, Point>;

export interface Measured extends Pick<Job, 'kind' | 'width' | 'isThorough'> {
  name: string;
  ours: Record<Way, Record<Class, Curve>>;
  peers: Partial<Record<PeerName, Partial<Record<PeerFormat, Point>>>>;
  slow: Partial<Record<SlowAvif, Point[]>>;
  /** Milliseconds of each run. */
  misses?: Record<Class, Record<Way, number[]>>;
  /** Butteraugli's, if it is installed. */
  distances?: Record<Class, Record<Way, number>>;
}

/** Qualities around the default one: the scores of fixed settings and of peers are between theirs. */
const CURVES: Record<Way, readonly number[]> = { fixed: [70, QUALITY, 84], predicted: [64, QUALITY, 85] };

/** sharp's own for AVIF, the lowest of which is its default. */
const SLOW_QUALITIES = [50, 58, 66];

/** The width for Butteraugli. */
const SECOND_OPINION_WIDTH = 640;

/** Maps keys to values one after the other, since they are timed. */
async function each<K extends string, V>(keys: readonly K[], of: (key: K) => Promise<V>): Promise<Record<K, V>> {
  const made: Partial<Record<K, V>> = {};
  for (const key of keys) made[key] = await of(key);
  return made as Record<K, V>;
}

/** Measures one picture at one width. */
export async function measure({ picture, kind, width, isThorough, runs }: Job): Promise<Measured> {
  const original: Original = { path: picture.path, body: readFileSync(picture.path) };
  const best = await reference(original.body, width);
  const { height, hasAlpha } = await sharp(best).metadata();
  const box = { width, height };
  const score = await scoreAgainst(best);

  const pointOf = async (makeIt: () => Promise<Buffer>): Promise<Point> => {
    const start = performance.now();
    const body = await makeIt();
    const ms = performance.now() - start;
    return { score: await score(body), bytes: body.length, ms };
  };

  const curveOf = async (way: Way, target: Class): Promise<Curve> => {
    const curve: Curve = {};
    for (const quality of kind === 'photograph' ? CURVES[way] : [QUALITY]) {
      curve[quality] = await pointOf(() => make(way, original.body, width, target, quality));
    }
    return curve;
  };

  const measured: Measured = {
    name: picture.name,
    kind,
    width,
    isThorough,
    ours: await each(WAYS, (way) => each(CLASSES, (target) => curveOf(way, target))),
    peers: await peersOf(original, box, { isThorough, hasAlpha, pointOf }),
    slow: {},
  };
  if (kind === 'graphic') return measured;
  if (isThorough) {
    measured.misses = await each(CLASSES, (target) =>
      sideBySide(runs, {
        fixed: () => make('fixed', original.body, width, target),
        predicted: () => make('predicted', original.body, width, target),
      }),
    );
    measured.slow = await each(Object.keys(SLOW_AVIF) as SlowAvif[], (name) =>
      inTurn(SLOW_QUALITIES, (quality) => pointOf(() => makeSlowAvif(name, original.body, box, quality))),
    );
  }
  if (width === SECOND_OPINION_WIDTH) {
    const distances = await each(CLASSES, (target) =>
      each(WAYS, async (way) => butteraugli(best, await make(way, original.body, width, target))),
    );
    if (distances.auto.fixed !== undefined) measured.distances = distances as NonNullable<Measured['distances']>;
  }
  return measured;
}

async function inTurn<T, V>(values: readonly T[], of: (value: T) => Promise<V>): Promise<V[]> {
  const made: V[] = [];
  for (const value of values) made.push(await of(value));
  return made;
}

interface PeerContext {
  isThorough: boolean;
  hasAlpha: boolean;
  pointOf(make: () => Promise<Buffer>): Promise<Point>;
}

async function peersOf(
  original: Original,
  box: Box,
  { isThorough, hasAlpha, pointOf }: PeerContext,
): Promise<Measured['peers']> {
  const peers: Measured['peers'] = {};
  for (const name of peersHere()) {
    const { formats, takes, make: makeIt } = peer(name);
    if (takes && !takes(original)) continue;
    const usual = formats.filter((format) => (format === 'avif' ? isThorough : format !== 'jpeg' || !hasAlpha));
    peers[name] = await each(usual, (format) => pointOf(() => makeIt(original, box, format)));
  }
  return peers;
}
