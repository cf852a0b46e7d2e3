import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Viewer } from '../../chromium';
import { FIELD, STRONG_COLOURS, WIDE_PROFILES, strongPng } from './fixtures/colours';
import { colourAt, rendered } from './picture';

/** Littlecms on its own, from the package `liblcms2-utils`. */
const TRANSICC = '/usr/bin/transicc';
if (!existsSync(TRANSICC)) throw new Error('littlecms is not installed: apt-get install liblcms2-utils');

let folder: string;
let viewer: Viewer;
beforeAll(async () => {
  viewer = await Viewer.open();
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterAll(async () => {
  await viewer?.close();
  rmSync(folder, { recursive: true });
});

/** What littlecms makes of the strong colours. */
function converted(from: Buffer, to: Buffer): number[][] {
  const [input, output] = [join(folder, 'from.icc'), join(folder, 'to.icc')];
  writeFileSync(input, from);
  writeFileSync(output, to);
  return STRONG_COLOURS.map((colour) => {
    const options = {
      input: `${colour.join('\n')}\n`,
      stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'],
    };
    const text = execFileSync(TRANSICC, ['-n', '-t1', `-i${input}`, `-o${output}`], options).toString();
    return text.trim().split(/\s+/).slice(0, 3).map(Number);
  });
}

/** Levels of 255 by which a conversion may be off, and by which it may be for what Display P3 does not have, either. */
const [WITHIN, WITHIN_CUT_OFF] = [2, 7];

/** The fields of a picture that are not as expected. */
function fieldsOff(data: Buffer, width: number, expected: number[][]): string[] {
  const picture = { data, width, height: FIELD };
  return expected.flatMap((colour, field) => {
    const shown = colourAt(picture, (field + 0.5) * FIELD, FIELD / 2);
    const isCutOff = colour.some((value) => value === 0 || value === 255);
    const within = isCutOff ? WITHIN_CUT_OFF : WITHIN;
    return colour.every((value, channel) => Math.abs(value - shown[channel]!) <= within)
      ? []
      : `${shown.join()} in place of ${colour.join()}`;
  });
}

describe.each(Object.entries(WIDE_PROFILES))('an original of %s', (_name, icc) => {
  test.each(['auto.avif', 'auto.webp'] as const)(
    'for %s has in Chromium the colours that littlecms makes of it',
    async (target) => {
      for (const bits of [8, 16] as const) {
        const { body, contentType } = await rendered(await strongPng(icc, bits), { target }, { colour: 'p3' });
        const [shown] = await viewer.frames(body, contentType, 'display-p3');
        const expected = converted(icc, WIDE_PROFILES['Display P3']);
        expect(fieldsOff(shown!.data, shown!.width, expected)).toEqual([]);
      }
    },
  );
});
