import { GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ResizerConfig } from '../../edge/config/schema';
import { reconcile } from '../../scripts/purge/reconcile';
import { targetOf } from '../../scripts/purge/places';
import { synthesiseIn } from '../stack/synthesised';
import { type Running, photo, run } from './running';

const environment = { ...process.env };

let folder: string;
let data: string;
let local: Running | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'presets-'));
  data = join(folder, 'data');
});
afterAll(async () => {
  await local?.close();
  process.env = environment;
  rmSync(folder, { recursive: true, force: true });
});

const writeMark = async (colour: string) =>
  writeFileSync(
    join(folder, 'mark.png'),
    await sharp({ create: { width: 60, height: 60, channels: 3, background: colour } })
      .png()
      .toBuffer(),
  );

/** Deploys: another template with the same buckets, and empty caches. */
async function deploy(name: string): Promise<Running> {
  const cdkOut = join(folder, name);
  await local?.close();
  local = await run({ cdkOut, data });
  return local;
}

const CONFIG: ResizerConfig = {
  presets: {
    marked: { width: 100, height: 100, overlay: { file: './mark.png', gravity: 'centre' }, format: 'png' },
    grey: { width: 100, greyscale: true },
  },
};

async function middleOf(body: Buffer): Promise<number[]> {
  const { data: pixels, info } = await sharp(body).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
  return [...pixels.subarray(at, at + 3)];
}

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

async function ask(running: Running, path: string) {
  const { status, headers, body } = await running.get(path);
  expect(status).toBe(200);
  return { rendered: headers['x-resizer'] === 'rendered', middle: await middleOf(body), type: headers['content-type'] };
}

test('a changed overlay renews the variants of its preset and no others, and a rollback shows nothing stale', async () => {
  await writeMark('red');
  synthesiseIn(folder, CONFIG, 'first');
  await writeMark('blue');
  synthesiseIn(folder, CONFIG, 'second');

  let running = await deploy('first');
  const { generation } = running;
  await running.put('a.jpg', await photo(400, 300));
  await running.settle();
  expect(await ask(running, '/marked/a.jpg')).toEqual({ rendered: true, middle: RED, type: 'image/png' });
  expect(await ask(running, '/marked@2x/a.jpg')).toMatchObject({ rendered: true, middle: RED });
  await ask(running, '/grey/a.jpg');
  await ask(running, '/a.jpg?w=100&h=100');
  const before = await running.variants();
  expect(before).toHaveLength(4);
  expect(before.filter((key) => /\/a\.jpg\/marked-[0-9a-f]{6}(@2x)?\.png$/.test(key))).toHaveLength(2);

  running = await deploy('second');
  expect(running.generation).toBe(generation);
  expect(await ask(running, '/marked/a.jpg')).toMatchObject({ rendered: true, middle: BLUE });
  expect(await ask(running, '/grey/a.jpg')).toMatchObject({ rendered: false });
  expect(await ask(running, '/a.jpg?w=100&h=100')).toMatchObject({ rendered: false });
  expect(await running.variants()).toHaveLength(5);

  // An upload deletes the variants of both definitions.
  await running.put('a.jpg', await photo(500, 300));
  await running.settle();
  expect(await running.variants()).toEqual([]);
  await ask(running, '/marked/a.jpg');

  running = await deploy('first');
  const again = await running.get('/marked/a.jpg');
  expect([again.headers['x-resizer'], await middleOf(again.body)]).toEqual(['rendered', RED]);
  const former = (await running.variants()).find((key) => before.includes(key));
  const { Metadata } = await running.client.send(
    new GetObjectCommand({ Bucket: running.buckets.variants, Key: former! }),
  );
  expect(Metadata!['original-etag']).toBe((await etagOf(running, 'a.jpg')).replaceAll('"', ''));

  // A purge finds variants of other definitions.
  Object.assign(process.env, running.environment);
  const target = await targetOf('ImageResizer');
  const options = { force: true, dryRun: false, wait: async () => undefined, onProgress: () => undefined };
  expect((await running.variants()).length).toBe(2);
  expect(await reconcile(target, ['a.jpg'], options)).toMatchObject({ variants: 2, stale: 2 });
  expect(await running.variants()).toEqual([]);
});

async function etagOf(running: Running, key: string): Promise<string> {
  const { ETag } = await running.client.send(new GetObjectCommand({ Bucket: running.buckets.originals, Key: key }));
  return ETag!;
}
