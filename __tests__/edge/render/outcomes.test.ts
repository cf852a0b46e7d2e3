import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../../edge/failure';
import { OUTCOMES, outcomeRows } from './outcomes';
import { tryRender } from './picture';

async function result({ make, variant, settings }: (typeof OUTCOMES)[number]): Promise<string> {
  const outcome = await tryRender(await make(), variant, settings);
  if (isFailure(outcome)) return outcome.code;
  const { note = '' } = outcome;
  if (/^the original|^as it is/.test(note)) return 'passed on';
  return note.startsWith('first frame') ? 'first frame' : 'rendered';
}

test.each(OUTCOMES)('$kind, $original: $result', async (outcome) => {
  expect(await result(outcome)).toBe(outcome.result);
});

test('the table in docs/rendering.md is the one of these tests', () => {
  const doc = readFileSync(join(__dirname, '../../../docs/rendering.md'), 'utf8');
  const section = doc.split('## Results by kind of original')[1]!.split('\n## ')[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.slice(2).map((row) => row.replaceAll(/ *\| */g, '|'))).toEqual(outcomeRows());
});
