import sharp from 'sharp';
import type { Bench } from './bench';
import { type Point, bytesAt } from './bytes/curve';
import { AUTO, AUTO_AVIF, AUTO_WEBP, AVIF, type Box, type Encoder, JPEG, WEBP, reference } from './bytes/encoders';
import { SCALE, scoreAgainst } from './bytes/score';
import type { Photographs } from './photographs';
import { median, spread } from './side-by-side';

const WIDTHS = [640, 1280];

/** Photographs of a width, at most: AVIF at sharp's own effort takes most of the time. */
const MAX_PHOTOS = 7;

const ENCODERS = [JPEG, WEBP, AVIF, AUTO, AUTO_WEBP, AUTO_AVIF];

/** The quality of a default JPEG at which SSIMULACRA 2 is 75: what all others have to look like. */
const LOOK = 74;

type Curves = Map<Encoder, Map<number, Point>>;

async function pointOf(
  { make }: Encoder,
  original: Buffer,
  box: Box,
  quality: number,
  score: (picture: Buffer) => Promise<number>,
) {
  const start = performance.now();
  const body = await make(original, box, quality);
  const ms = performance.now() - start;
  return { score: await score(body), bytes: body.length, ms };
}

/** Every encoder's curve, and its default, for one photograph. */
async function curvesOf(original: Buffer, width: number): Promise<Curves> {
  const best = await reference(original, width);
  const score = await scoreAgainst(best);
  const { height } = await sharp(best).metadata();
  const curves: Curves = new Map();
  for (const encoder of ENCODERS) {
    const points = new Map<number, Point>();
    for (const quality of new Set([...encoder.curve, encoder.quality])) {
      points.set(quality, await pointOf(encoder, original, { width, height }, quality, score));
    }
    curves.set(encoder, points);
  }
  return curves;
}

async function photosOf({ files }: Photographs, width: number): Promise<Buffer[]> {
  const photos: Buffer[] = [];
  for (const { body } of files) {
    if ((await sharp(body).metadata()).autoOrient.width >= width) photos.push(body);
  }
  return photos.slice(0, MAX_PHOTOS);
}

/** What an encoder takes of bytes, in comparison with another, for the same score. */
const ratioAtEqualScore = (curves: Curves, encoder: Encoder, other: Encoder): number => {
  const { score } = curves.get(JPEG)!.get(LOOK)!;
  const bytes = (of: Encoder) => bytesAt([...curves.get(of)!.values()], score);
  return bytes(encoder) / bytes(other);
};

/** The time of the default quality, in comparison with another encoder's. */
const timeRatio = (curves: Curves, encoder: Encoder, other: Encoder): number =>
  curves.get(encoder)!.get(encoder.quality)!.ms / curves.get(other)!.get(other.quality)!.ms;

interface Goal {
  encoder: Encoder;
  other: Encoder;
  /** Ratio of bytes that is wanted, by width. */
  bytes: Record<number, number>;
  /** Ratio of time that is wanted. */
  time?: number;
}

const GOALS: Goal[] = [
  { encoder: AUTO, other: JPEG, bytes: { 640: 0.88, 1280: 0.88 } },
  { encoder: AUTO_WEBP, other: WEBP, bytes: {} },
  { encoder: AUTO_AVIF, other: WEBP, bytes: { 640: 0.88, 1280: 0.8 } },
  { encoder: AUTO_AVIF, other: AVIF, bytes: { 640: 1.05, 1280: 1.05 }, time: 0.125 },
];

const goalText = (width: number, { bytes, time }: Goal): string => {
  const goals = [bytes[width] && `bytes ${bytes[width]}`, time && `time ${time}`];
  return goals.filter(Boolean).join(', ') || '–';
};

function equalRow(width: number, all: Curves[], goal: Goal): string[] {
  const { encoder, other } = goal;
  const bytes = all.map((curves) => ratioAtEqualScore(curves, encoder, other));
  const time = all.map((curves) => timeRatio(curves, encoder, other));
  return [`${width}`, encoder.name, other.name, spread(bytes), spread(time), goalText(width, goal)];
}

function defaultRow(width: number, all: Curves[], encoder: Encoder): string[] {
  const points = all.map((curves) => curves.get(encoder)!.get(encoder.quality)!);
  const score = points.map((point) => point.score).toSorted((a, b) => a - b);
  return [
    `${width}`,
    encoder.name,
    `${encoder.quality}`,
    `${median(score).toPrecision(3)} (${score[0]!.toPrecision(3)}–${score.at(-1)!.toPrecision(3)})`,
    (median(points.map((point) => point.bytes)) / 1000).toFixed(1),
    median(points.map((point) => point.ms)).toFixed(0),
  ];
}

export const bytes: Bench = {
  about: 'Bytes at equal looks, and the time to make them, against the defaults of sharp, which are those of ipx, too.',
  async run({ photographs, log }) {
    const equal: string[][] = [];
    const defaults: string[][] = [];
    for (const width of WIDTHS) {
      const photos = await photosOf(photographs, width);
      if (photos.length === 0) throw new Error(`None of the photographs is ${width} pixels wide.`);
      const all: Curves[] = [];
      for (const [index, photo] of photos.entries()) {
        log(`${width} pixels: photograph ${index + 1} of ${photos.length}`);
        all.push(await curvesOf(photo, width));
      }
      equal.push(...GOALS.map((goal) => equalRow(width, all, goal)));
      defaults.push(...ENCODERS.map((encoder) => defaultRow(width, all, encoder)));
    }
    return [
      {
        title: `Bytes at the score of sharp's JPEG q${LOOK}, by ${SCALE}; median (least–most) over photographs`,
        head: ['width', 'encoder', 'against', 'bytes', 'time', 'goal'],
        rows: equal,
      },
      {
        title: 'As they come: score, and medians of bytes and time from the original',
        head: ['width', 'encoder', 'quality', 'score', 'kB', 'ms'],
        rows: defaults,
      },
    ];
  },
};
