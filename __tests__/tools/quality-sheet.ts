import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { CLASSES, type Class, WAYS, type Way, make, reference } from '../../bench/bytes/encoders';
import { SCALE, scoreAgainst } from '../../bench/bytes/score';
import type { Picture } from '../../bench/pictures';
import { median } from '../../bench/side-by-side';
import { UsageError } from '../../scripts/usage';

/** Of the variants. */
const WIDTH = 640;

/** Pictures on the page, in two halves: helped most, and helped least. */
const SHOWN = 10;

interface Side {
  body: Buffer;
  score: number;
}

interface Rendered {
  name: string;
  original: Buffer;
  sides: Record<Class, Record<Way, Side>>;
}

/** A rendered picture, and how much nearer to the target its scores come with predicted settings. */
interface Ranked extends Rendered {
  help: number;
}

async function renderAll({ name, path }: Picture): Promise<Rendered> {
  const body = readFileSync(path);
  const original = await reference(body, WIDTH);
  const score = await scoreAgainst(original);
  const sides: Partial<Rendered['sides']> = {};
  for (const target of CLASSES) {
    const ways: Partial<Record<Way, Side>> = {};
    for (const way of WAYS) {
      const variant = await make(way, body, WIDTH, target);
      ways[way] = { body: variant, score: await score(variant) };
    }
    sides[target] = ways as Record<Way, Side>;
  }
  return { name, original, sides: sides as Rendered['sides'] };
}

/** What all should score: what `auto` does in the median with one setting for all. */
const targetOf = (all: Rendered[]): number => median(all.map(({ sides }) => sides.auto.fixed.score));

function rank(all: Rendered[], target: number): Ranked[] {
  const helpOf = ({ sides }: Rendered) => {
    const off = (way: Way) => CLASSES.map((each) => Math.abs(sides[each][way].score - target));
    return median(off('fixed')) - median(off('predicted'));
  };
  return all.map((each) => ({ ...each, help: helpOf(each) })).toSorted((a, b) => b.help - a.help);
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Writes a picture into the folder. @returns its figure for the page */
async function figure(directory: string, file: string, body: Buffer, caption: string): Promise<string> {
  const { format } = await sharp(body).metadata();
  const name = `${file}.${format === 'heif' ? 'avif' : format}`;
  writeFileSync(join(directory, name), body);
  return `<figure><img loading="lazy" src="${name}" alt=""><figcaption>${caption}</figcaption></figure>`;
}

async function section(directory: string, { name, original, sides, help }: Ranked, at: number): Promise<string> {
  const rows: string[] = [];
  for (const target of CLASSES) {
    const shown = [await figure(directory, `${at}-original`, original, 'original')];
    for (const way of WAYS) {
      const { body, score } = sides[target][way];
      const caption = `${target}, ${way}: ${score.toFixed(1)}, ${(body.length / 1000).toFixed(1)} kB`;
      shown.push(await figure(directory, `${at}-${target}-${way}`, body, caption));
    }
    rows.push(`<div>${shown.join('')}</div>`);
  }
  return `<h2>${at}. ${escape(name)}: ${help.toFixed(1)} points nearer</h2>${rows.join('\n')}`;
}

const page = (
  target: number,
  sections: string[],
): string => `<!doctype html><meta charset="utf-8"><title>Quality</title>
<style>
  body { font: 14px sans-serif } div { display: flex; gap: 8px } figure { margin: 0 0 8px } img { width: ${WIDTH}px }
</style>
<h1>Where predicted settings come nearest to ${target.toFixed(1)}, and where least</h1>
<p>Scores by ${SCALE}. What all should score is what auto scores in the median with one setting for all.</p>
${sections.join('\n')}
`;

/**
 * Writes a page with the photographs that predicted settings help most and least, beside fixed settings and the original.
 *
 * @param log gets the name of each picture that has been rendered
 * @returns how many are on the page
 * @throws UsageError if none is wide enough
 */
export async function writeQualitySheet(
  directory: string,
  pictures: Picture[],
  log: (line: string) => void,
): Promise<number> {
  const all: Rendered[] = [];
  for (const picture of pictures) {
    if ((await sharp(picture.path).metadata()).autoOrient.width < WIDTH) continue;
    all.push(await renderAll(picture));
    log(picture.name);
  }
  if (all.length === 0) throw new UsageError(`None of the photographs is ${WIDTH} pixels wide.`);
  const target = targetOf(all);
  const ranked = rank(all, target);
  const shown = ranked.length <= SHOWN ? ranked : [...ranked.slice(0, SHOWN / 2), ...ranked.slice(-SHOWN / 2)];
  mkdirSync(directory, { recursive: true });
  const sections: string[] = [];
  for (const each of shown) sections.push(await section(directory, each, ranked.indexOf(each) + 1));
  writeFileSync(join(directory, 'index.html'), page(target, sections));
  return shown.length;
}
