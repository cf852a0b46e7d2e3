import sharp from 'sharp';
import type { Bench, Context, Table } from './bench';
import { COMMAND } from './bytes/butteraugli';
import type { Job } from './bytes/measure';
import { peersHere } from './bytes/peers';
import { measureAll } from './bytes/pool';
import { slowAvifTable } from './bytes/tables/avif';
import { memoryTable } from './bytes/tables/memory';
import { defaultsTable, graphicsTable, peersTable } from './bytes/tables/peers';
import { equalTable, missTable, orderTable, scoreTable, secondOpinionTable } from './bytes/tables/scores';
import { WIDTHS, ofKind } from './bytes/tables/select';
import { type Picture, type Pictures, picturesOf } from './pictures';

/** Number of photographs for the slow measurements. */
const THOROUGH = 10;

/** A number of items, spread evenly over the list. */
const evenly = <T>(all: T[], count: number): T[] =>
  all.length <= count ? all : Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]!);

/** The given pictures, or else the judging half. */
function picturesFor({ photographs, pictures = Infinity }: Context): Pictures {
  const all = photographs.areGiven ? { photographs: photographs.files, graphics: [] } : picturesOf('judge');
  return { photographs: evenly(all.photographs, pictures), graphics: evenly(all.graphics, pictures) };
}

/** Each picture at each width up to its own. The slowest jobs come first, so that all processes end together. */
async function jobsFor({ photographs, graphics }: Pictures, runs: number): Promise<Job[]> {
  const some = new Set(evenly(photographs, THOROUGH));
  const jobs: Job[] = [];
  const add = async (picture: Picture, kind: Job['kind']) => {
    const { autoOrient } = await sharp(picture.path).metadata();
    for (const width of WIDTHS.filter((each) => each <= autoOrient.width)) {
      jobs.push({ picture, kind, width, isThorough: kind === 'graphic' || some.has(picture), runs });
    }
  };
  for (const picture of photographs) await add(picture, 'photograph');
  for (const picture of graphics) await add(picture, 'graphic');
  return jobs.toSorted((a, b) => Number(b.isThorough) - Number(a.isThorough) || b.width - a.width);
}

export const bytes: Bench = {
  about:
    'Bytes and looks of the judging half of the pictures, with settings predicted for each and fixed ones, against slower encoders and against other resizers as they come. The scores come out within 0.002 of those published for the two pictures that tell most (see "How sure the scores are" in RESULTS.md).',
  source(context) {
    if (context.photographs.areGiven) return context.photographs.source;
    const { photographs, graphics } = picturesFor(context);
    return `${photographs.length} photographs and ${graphics.length} graphics of the judging half`;
  },
  async run(context) {
    const { runs, log } = context;
    const pictures = picturesFor(context);
    const jobs = await jobsFor(pictures, runs);
    const measured = await measureAll(jobs, log);
    const photographs = ofKind(measured, 'photograph');
    if (photographs.length === 0) throw new Error(`None of the photographs is ${WIDTHS[0]!} pixels wide.`);
    const opinion = secondOpinionTable(photographs);
    if (!opinion)
      log(`Without ${COMMAND} (Debian: libjxl-devtools), or photographs of 640 pixels, there is no second opinion.`);
    if (!peersHere().includes('vipsthumbnail')) log('Without vipsthumbnail (Debian: libvips-tools), it is no peer.');
    const tables: (Table | undefined)[] = [
      scoreTable(photographs),
      equalTable(photographs),
      opinion,
      orderTable(photographs),
      missTable(photographs),
      slowAvifTable(photographs),
      peersTable(photographs),
      defaultsTable(photographs),
      graphicsTable(measured),
      await memoryTable(pictures.photographs[0]!),
    ];
    return tables.filter((table) => table !== undefined);
  },
};
