import sharp from 'sharp';
import { parseConfig } from '../edge/config/schema';
import type { Measurement } from '../scripts/cost/measured';
import { duration, egress, hit as hitOf, render as renderOf, shield, storedMiss } from '../scripts/cost/units';
import { PRICES } from '../scripts/prices';
import type { Bench } from './bench';
import { PEERS_TITLE } from './bytes/tables/peers';
import { SCORES } from './bytes/tables/scores';
import { load, renderingFunction } from './function';
import { withLocal } from './local';
import { keptRows } from './results';
import { median, sideBySide } from './side-by-side';

const MILLION = 1e6;

const WIDTH = 640;

const { cloudFront, lambda, s3, apiGateway } = PRICES;

const { memoryMb } = parseConfig({}).stack;

interface Way {
  name: string;
  /** Dollars. */
  hit: (measured: Measurement) => number;
  /** Beyond a hit, for a variant that S3 has and no cache. */
  storedMiss: number;
  render: (measured: Measurement) => number;
}

const hitAfterFunction = ({ bytes }: Measurement): number => hitOf(bytes);

/** Beyond the function itself: S3's requests, the Origin Shield and the log. */
const miss = renderOf.s3 + shield + renderOf.log;

const OURS: Way = {
  name: 'here',
  hit: hitAfterFunction,
  storedMiss: storedMiss.s3 + shield + storedMiss.lambdaEdge(memoryMb) + storedMiss.log,
  render: ({ milliseconds }) => renderOf.lambdaEdge(milliseconds, memoryMb) + miss,
};

const REDIRECT: Way = {
  name: 'redirects through API Gateway',
  hit: (measured) => cloudFront.httpsRequest + egress(measured.bytes),
  storedMiss: s3.get,
  // The viewer makes two more requests; S3 is asked for the variant before and after.
  render: (measured) =>
    2 * cloudFront.httpsRequest +
    apiGateway.httpRequest +
    lambda.request +
    duration(measured.milliseconds, memoryMb, lambda.gigabyteSecond) +
    3 * s3.get +
    s3.put +
    renderOf.log,
};

const REGIONAL: Way = {
  name: 'regional Lambda behind CloudFront',
  hit: hitAfterFunction,
  storedMiss: s3.get + shield,
  render: (measured) => lambda.request + duration(measured.milliseconds, memoryMb, lambda.gigabyteSecond) + miss,
};

const dollars = (each: number): string => `$${(each * MILLION).toFixed(2)}`;

const row = ({ name, hit, storedMiss: ofStored, render }: Way, format: string, measured: Measurement) => [
  name,
  format,
  (measured.bytes / 1_000).toFixed(1),
  measured.milliseconds.toFixed(0),
  dollars(hit(measured)),
  dollars(ofStored),
  dollars(render(measured)),
];

/** Bytes of the median photograph, from the last run of `bytes`. @param columns values that identify its row */
function bytesOf(title: string, columns: Record<string, string>): number {
  const found = keptRows('bytes', title).find((each) =>
    Object.entries(columns).every(([key, value]) => each[key] === value),
  );
  if (!found) throw new Error(`The results of bytes have no row with ${Object.values(columns).join(', ')}.`);
  return Number(found['kB']) * 1_000;
}

const width = `${WIDTH}`;

const ours = (target: string): number => bytesOf(SCORES, { width, class: target, setting: 'predicted' });

const theirs = (peer: string, format: string): number => bytesOf(PEERS_TITLE, { width, peer, format });

export const cost: Bench = {
  about:
    'Dollars for a million hits and a million renders, by measured times, the bytes that `bytes` has kept, and the prices in scripts/prices.ts.',
  async run({ photographs, runs }) {
    const kept = {
      avif: ours('auto.avif'),
      webp: ours('auto.webp'),
      jpeg: theirs('aws-samples', 'jpeg'),
      theirWebp: theirs('aws-samples', 'webp'),
    };
    const photo = await photographs.ofMegapixels(12);
    return withLocal(async (local) => {
      await local.put('photo.jpg', photo);
      const invoke = load(renderingFunction(local), local);
      const byDefault = (format: 'jpeg' | 'webp') => () =>
        sharp(photo).autoOrient().resize(WIDTH).toFormat(format).toBuffer();
      const avif = () => invoke(`/photo.jpg/${WIDTH}x.auto.avif`);
      const webp = () => invoke(`/photo.jpg/${WIDTH}x.auto.webp`);
      const times = await sideBySide(runs, { avif, webp, jpeg: byDefault('jpeg'), theirWebp: byDefault('webp') });
      const measured = (bytes: number, milliseconds: number[]): Measurement => ({
        bytes,
        milliseconds: median(milliseconds),
      });
      return [
        {
          title: `A million of each at ${WIDTH} pixels, ${memoryMb} MB: bytes of the median photograph of \`bytes\`, times of an original of 12 MP`,
          head: ['way', 'format', 'kB', 'ms a render', 'a million hits', 'more where S3 has it', 'a million renders'],
          rows: [
            row(OURS, 'AVIF', measured(kept.avif, times.avif)),
            row(OURS, 'WebP', measured(kept.webp, times.webp)),
            row(REDIRECT, "sharp's JPEG", measured(kept.jpeg, times.jpeg)),
            row(REGIONAL, "sharp's WebP", measured(kept.theirWebp, times.theirWebp)),
          ],
        },
      ];
    });
  },
};
