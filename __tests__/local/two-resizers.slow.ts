import { PutObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { smoke } from '../../scripts/smoke';
import { warm } from '../../scripts/warm';
import { execute } from '../scripts/command';
import { sharedConfig, synthShared, synthTwo } from './apps/two-resizers';
import { type Running, photo, run, send } from './running';

let folder: string;
let shared: string;
beforeAll(() => {
  folder = synthTwo();
  shared = synthShared();
}, 120_000);
afterAll(() => {
  for (const each of [folder, shared]) rmSync(each, { recursive: true, force: true });
});

const get = (url: string, path: string) => send(url, path, 'GET', {});
const upload = (local: Running, Bucket: string, Key: string, Body: Buffer) =>
  local.client.send(new PutObjectCommand({ Bucket, Key, Body }));
async function keysOf(local: Running, Bucket: string): Promise<string[]> {
  const { Contents = [] } = await local.client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key!);
}
const widthOf = async (body: Buffer) => (await sharp(body).metadata()).width;

describe('two resizers behind one distribution', () => {
  let local: Running;
  beforeAll(async () => {
    local = await run({ cdkOut: shared });
  }, 60_000);
  afterAll(() => local.close());

  test('have their own buckets, functions and queue, and one URL', async () => {
    const [{ resizers }] = local.distributions as [Running['distributions'][number]];
    expect(resizers.map(({ pathPattern }) => pathPattern)).toEqual(['/photos/*', '/products/*']);
    const [photos, products] = resizers;
    await upload(local, photos!.originals.bucket, 'a.jpg', await photo(400, 300));
    await upload(local, products!.originals.bucket, 'a.jpg', await photo(800, 600));
    const first = await get(local.url, '/photos/200x200/a.jpg');
    const second = await get(local.url, '/products/640w/a.jpg');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await widthOf(second.body)).toBe(640);
    expect(await keysOf(local, photos!.variants.bucket)).toEqual([expect.stringContaining('/photos/a.jpg/')]);
    expect(await keysOf(local, products!.variants.bucket)).toEqual([expect.stringContaining('/products/a.jpg/')]);
    // Each has its own bucket.
    await upload(local, photos!.originals.bucket, 'b.jpg', await photo(400, 300));
    expect((await get(local.url, '/products/200x200/b.jpg')).status).toBe(404);
  });

  describe('of which the second has a config file', () => {
    let config: string[];
    let bucket: string;
    beforeAll(() => {
      const file = join(shared, 'products.config.cjs');
      writeFileSync(file, `module.exports = ${JSON.stringify(sharedConfig('Products'))};\n`);
      config = ['--config', file];
      bucket = local.distributions[0]!.resizers[1]!.originals.bucket;
    });

    test('warm makes variants below its base', async () => {
      await upload(local, bucket, 'warm me.jpg', await photo(400, 300));
      const args = [local.url, ...config, '--keys', `s3://${bucket}/warm`, '--sizes', '100x100', '--accept', 'auto'];
      const { code, stdout } = await execute(warm, [...args, '--json'], local.environment);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ rendered: 1, failed: {} });
      const { headers } = await get(local.url, '/products/100x100/warm%20me.jpg');
      expect(headers['x-cache']).toBe('Hit from cloudfront');
    });

    test('smoke passes below its base', async () => {
      const args = [local.url, ...config, '--bucket', bucket, '--no-overwrite'];
      const { code, stdout } = await execute(smoke, args, local.environment);
      expect(stdout).toMatch(/ promises are kept, 0 broken/);
      expect(code).toBe(0);
    });
  });

  test('an overwrite in each reaches their shared cache', async () => {
    const [photos, products] = local.distributions[0]!.resizers;
    for (const [bucket, key, path] of [
      [photos!.originals.bucket, 'new.jpg', '/photos/200x200/new.jpg'],
      [products!.originals.bucket, 'new.jpg', '/products/200x200/new.jpg'],
    ] as const) {
      await upload(local, bucket, key, await photo(400, 300));
      await local.settle();
      const before = await get(local.url, path);
      expect((await get(local.url, path)).headers['x-cache']).toBe('Hit from cloudfront');
      await upload(local, bucket, key, await photo(300, 400));
      await local.settle();
      const after = await get(local.url, path);
      expect(after.status).toBe(200);
      expect(after.headers['etag']).not.toBe(before.headers['etag']);
    }
  });
});

describe('two resizers with a distribution each', () => {
  test('both run, each on a port of its own', async () => {
    const local = await run({ cdkOut: folder });
    expect(local.distributions).toHaveLength(2);
    for (const { url, resizers } of local.distributions) {
      await upload(local, resizers[0]!.originals.bucket, 'a.jpg', await photo(400, 300));
      expect((await get(url, '/200x200/a.jpg')).status).toBe(200);
    }
    const [first, second] = local.distributions;
    await upload(local, second!.resizers[0]!.originals.bucket, 'only.jpg', await photo(400, 300));
    expect((await get(first!.url, '/200x200/only.jpg')).status).toBe(404);
    await local.close();
  }, 60_000);

  test('one of them can be chosen by its id', async () => {
    const all = await run({ cdkOut: folder });
    const { id } = all.distributions[1]!;
    await all.close();
    const local = await run({ cdkOut: folder, distribution: id });
    expect(local.distributions.map((each) => each.id)).toEqual([id]);
    await local.close();
    await expect(run({ cdkOut: folder, distribution: 'E0' })).rejects.toThrow(
      new RegExp(`There is no distribution E0. There are:[^]*${id}`),
    );
  }, 60_000);
});
