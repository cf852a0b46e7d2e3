import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { AVIF, type Running, WEBP, run } from '../../local/running';

const PATHS: [path: string, accept: string][] = [
  ['/100x100/dir/a.jpg', AVIF],
  ['/100x100/dir/a.jpg', WEBP],
  ['/dir/a.jpg?w=320', '*/*'],
  ['/thumb/dir/a.jpg', '*/*'],
];

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

const plain = (colour: string) =>
  sharp({ create: { width: 700, height: 500, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

const ask = () => Promise.all(PATHS.map(([path, accept]) => local.get(path, { accept })));

/** The middle pixel. */
async function colourOf(body: Buffer): Promise<'red' | 'blue'> {
  const { data, info } = await sharp(body).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
  return data[at]! > data[at + 2]! ? 'red' : 'blue';
}

test('after an overwrite, all variants are new on every path, in S3 and from the cache', async () => {
  await local.put('dir/a.jpg', await plain('red'));
  await local.settle();
  expect(await Promise.all((await ask()).map(({ body }) => colourOf(body)))).toEqual(['red', 'red', 'red', 'red']);
  const before = await local.variants();
  expect(before).toHaveLength(4);

  await local.put('dir/a.jpg', await plain('blue'));
  await local.settled();
  expect(await local.variants()).toEqual([]);
  expect(await Promise.all((await ask()).map(({ body }) => colourOf(body)))).toEqual(['blue', 'blue', 'blue', 'blue']);
  await local.settle();
  expect(await local.variants()).toEqual(before);
  const answers = await ask();
  expect(await Promise.all(answers.map(({ body }) => colourOf(body)))).toEqual(['blue', 'blue', 'blue', 'blue']);
});

test('after a removal, all variants are 404 and none is stored', async () => {
  await local.put('dir/a.jpg', await plain('red'));
  await local.settle();
  await ask();
  await local.client.send(new DeleteObjectCommand({ Bucket: local.buckets.originals, Key: 'dir/a.jpg' }));
  await local.settle();
  expect((await ask()).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(await local.variants()).toEqual([]);
});
