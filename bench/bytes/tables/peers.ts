import type { Table } from '../../bench';
import { median } from '../../side-by-side';
import { type Point, bytesAt, percentile, qualityAt } from '../curve';
import { CLASSES, QUALITY } from '../encoders';
import type { Measured } from '../measure';
import { CLASS_OF, FORMATS, PEER_NAMES, type PeerFormat, type PeerName } from '../peers';
import { asItComes, atWidth, curveOfAll, goal, kilobytes, ofKind, scores, totalBytes, widthsOf } from './select';
import { subset } from './scores';

const AVIF_TIME = 0.125;

/** Beginning of this table's title, by which `cost` finds it. */
export const PEERS_TITLE = 'Peers as they come';

interface Rival {
  name: PeerName;
  format: PeerFormat;
  /** Pictures of one width with a variant by this peer. */
  at: Measured[];
  theirs: Point[];
}

/** Every peer with every format that was measured. */
const rivalsAmong = (all: Measured[]): Rival[] =>
  PEER_NAMES.flatMap((name) =>
    FORMATS.map((format) => {
      const at = all.filter(({ peers }) => peers[name]?.[format]);
      return { name, format, at, theirs: at.map(({ peers }) => peers[name]![format]!) };
    }),
  ).filter(({ at }) => at.length > 0);

function againstRow(width: number, { name, format, at, theirs }: Rival): string[] {
  const target = CLASS_OF[format];
  const score = median(scores(theirs));
  const bytes = bytesAt(curveOfAll(at, 'predicted', target, 0.5), score) / totalBytes(theirs);
  const ours = at.map((measured) => asItComes(measured, 'predicted', target));
  const time = median(ours.map(({ ms }, index) => ms / theirs[index]!.ms));
  const isFast = format !== 'avif' || name === 'Next.js' || time <= AVIF_TIME;
  const wanted = format === 'avif' && name !== 'Next.js' ? `bytes under 1, time ${AVIF_TIME}` : 'bytes under 1';
  return [
    `${width}`,
    name,
    format,
    `${at.length}`,
    score.toFixed(1),
    kilobytes(median(theirs.map((point) => point.bytes))),
    median(theirs.map(({ ms }) => ms)).toFixed(0),
    bytes.toFixed(2),
    time.toFixed(2),
    goal(wanted, bytes < 1 && isFast),
  ];
}

/** Each peer, and bytes and time of the product for the same score. */
export const peersTable = (all: Measured[]): Table => ({
  title: `${PEERS_TITLE}, and what is taken here of their bytes for their median score, and of their time; AVIF over ${subset(all)}`,
  head: ['width', 'peer', 'format', 'pictures', 'score', 'kB', 'ms', 'bytes', 'time', 'goal'],
  rows: widthsOf(all).flatMap((width) => rivalsAmong(atWidth(all, width)).map((rival) => againstRow(width, rival))),
});

const shares = (points: Point[]): string => {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => percentile(scores(points), share).toFixed(0));
  return `${middle} (${low}–${high})`;
};

/** Scores of defaults, which explain the product's target. */
export function defaultsTable(all: Measured[]): Table {
  const widths = widthsOf(all);
  const cells = (name: string, format: string, pointsAt: (at: Measured[]) => Point[]): string[] => {
    const points = widths.map((width) => pointsAt(atWidth(all, width)));
    const qualities = widths.map((width, index) =>
      points[index]!.length > 0
        ? qualityAt(curveOfAll(atWidth(all, width), 'predicted', 'auto', 0.5), median(scores(points[index]!)))
        : undefined,
    );
    const known = qualities.filter((quality) => quality !== undefined);
    return [
      name,
      format,
      ...points.map((each) => (each.length > 0 ? shares(each) : '–')),
      known.map((quality) => quality.toFixed(0)).join(', '),
    ];
  };
  const named = rivalsAmong(all).map(({ name, format }) =>
    cells(name, format, (at) => at.flatMap(({ peers }) => peers[name]?.[format] ?? [])),
  );
  const ours = CLASSES.map((target) =>
    cells(`here, ${QUALITY}`, target, (at) => at.map((measured) => asItComes(measured, 'predicted', target))),
  );
  return {
    title: 'Scores of defaults, median (10th–90th percentile), and the `quality` of `auto` that scores as much',
    head: ['', 'format', ...widths.map((width) => `${width} pixels`), 'quality here'],
    rows: [...ours, ...named],
  };
}

/** Graphics, beside sharp's defaults. */
export function graphicsTable(all: Measured[]): Table | undefined {
  const graphics = ofKind(all, 'graphic');
  if (graphics.length === 0) return undefined;
  const rows = widthsOf(graphics).flatMap((width) =>
    rivalsAmong(atWidth(graphics, width))
      .filter(({ name }) => name === 'aws-samples')
      .map(({ format, at, theirs }) => {
        const target = CLASS_OF[format];
        const ours = at.map((measured) => asItComes(measured, 'predicted', target));
        return [
          `${width}`,
          target,
          `${at.length}`,
          shares(ours),
          kilobytes(totalBytes(ours)),
          shares(theirs),
          kilobytes(totalBytes(theirs)),
          (totalBytes(ours) / totalBytes(theirs)).toFixed(2),
          median(ours.map(({ ms }, index) => ms / theirs[index]!.ms)).toFixed(2),
        ];
      }),
  );
  return {
    title: "Graphics: score as median (10th–90th percentile) and bytes of all, beside aws-samples' (sharp's defaults)",
    head: ['width', 'class', 'pictures', 'score', 'kB', 'their score', 'their kB', 'bytes', 'time'],
    rows,
  };
}
