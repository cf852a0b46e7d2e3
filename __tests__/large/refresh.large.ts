import sharp from 'sharp';
import { checkInterleavings } from '../edge/refresh/interleavings';
import { AVIF, type Running, WEBP, run } from '../local/running';

const ORIGINALS = 1_000;

/** Requests under way at once, as of so many viewers. */
const VIEWERS = 8;

let local: Running;
afterEach(() => local?.close());

const keyOf = (index: number) => `folder ${index % 10}/${index}.png`;

/** A picture of one colour, which tells by itself which version it is. */
const version = (index: number, overwritten: boolean) => {
  const colour = { r: index % 256, g: Math.floor(index / 256) * 16, b: overwritten ? 255 : 0 };
  return sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
    .png()
    .toBuffer();
};

const isNew = async (body: Buffer) => (await sharp(body).removeAlpha().raw().toBuffer())[2]! > 128;

async function inParallel(count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await task(index);
  };
  await Promise.all(Array.from({ length: VIEWERS }, worker));
}

const paths = (index: number) => {
  const key = encodeURI(keyOf(index));
  return [
    { path: `/100x100/${key}`, accept: WEBP },
    { path: `/${key}?w=320`, accept: '*/*' },
  ];
};

test('a burst of overwrites under load leaves nothing stale, in S3 or in the CDN', async () => {
  local = await run();
  await inParallel(ORIGINALS, async (index) => local.put(keyOf(index), await version(index, false)));
  await local.settle();
  const ask = (index: number) => Promise.all(paths(index).map(({ path, accept }) => local.get(path, { accept })));
  await inParallel(ORIGINALS, async (index) => void (await ask(index)));
  expect(await isNew((await local.get(paths(0)[0]!.path, { accept: WEBP })).body)).toBe(false);

  let isOver = false;
  const viewers = inParallel(Infinity, async () => {
    if (isOver) throw new Error('over');
    await ask(Math.floor(Math.random() * ORIGINALS));
  }).catch(() => undefined);
  await inParallel(ORIGINALS, async (index) => local.put(keyOf(index), await version(index, true)));
  await local.settled();
  isOver = true;
  await viewers;
  await local.settle();
  await local.settle();
  // Past the TTL of any error.
  local.clock.advance(120_000);

  const stale: string[] = [];
  await inParallel(ORIGINALS, async (index) => {
    for (const { path, accept } of paths(index)) {
      const first = await local.get(path, { accept });
      const second = await local.get(path, { accept: accept === WEBP ? AVIF : accept });
      for (const { status, body } of [first, second]) {
        if (status !== 200 || !(await isNew(body))) stale.push(`${path} ${status}`);
      }
    }
  });
  expect(stale).toEqual([]);
  const made = new Set<string>();
  for (const name of await local.variants()) {
    const { body } = await local.stored(name);
    if (!(await isNew(body))) stale.push(name);
    made.add(name.split('/').slice(1, -1).join('/'));
  }
  expect(stale).toEqual([]);
  expect(made.size).toBe(ORIGINALS);
});

test('twenty thousand interleavings leave nothing stale', async () => {
  await expect(checkInterleavings(20_000, 8)).resolves.toBeUndefined();
});
