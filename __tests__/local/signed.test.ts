import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  ListKeysCommand,
  PutKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import '@aws-sdk/signature-v4a';
import { lookup as lookUp } from 'node:dns';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { type SignedOptions, createSigner } from '../../client/signer';
import { PROPAGATION_MS } from '../../local/src/cloudfront/key-value-store';
import { keys } from '../../scripts/keys';
import { execute } from '../scripts/command';
import { readTemplate, writeTemplate } from './apps/template';
import { type Running, noisePng, photo, run } from './running';
import { synthesiseIn } from '../stack/synthesised';

const CONFIG = { signed: true, qualities: [50] };

let cdkOut: string;
let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  cdkOut = synthesiseIn(mkdtempSync(join(tmpdir(), 'signed-')), CONFIG);
  local = await run({ cdkOut });
  await local.put('a.jpg', await photo(800, 600));
}, 120_000);
afterAll(async () => {
  await local.close();
  for (const each of [dirname(cdkOut), folder]) rmSync(each, { recursive: true, force: true });
});

/** Runs `npm run keys`, and checks that it prints no key. */
async function runKeys(...args: string[]) {
  const finished = await execute(keys, args, local.environment);
  for (const file of readdirSync(folder)) {
    const secret = readFileSync(join(folder, file), 'utf8').trim();
    expect(finished.stdout + finished.stderr + local.logged.join('\n')).not.toContain(secret);
  }
  return finished;
}

const fileOf = (name: string) => join(folder, name);
const secretIn = (name: string) => readFileSync(fileOf(name), 'utf8').trim();

/** A URL, signed as on a server. */
const signedBy = (name: string, options: SignedOptions, key = 'a.jpg') =>
  createSigner(CONFIG, { key: secretIn(name) }).url(key, options);

async function statusOf(url: string): Promise<string> {
  const { status, headers } = await local.get(url);
  return headers['x-resizer-error'] ? `${status} ${headers['x-resizer-error']}` : String(status);
}

test('without a key no signature is valid; a key is written once, into a file that only its owner can read', async () => {
  expect((await runKeys('show')).stdout).toMatch(/no key yet/);
  expect(await runKeys('rotate')).toMatchObject({ code: 2, stderr: expect.stringMatching(/Use create to make one/) });
  expect(await runKeys('create', '--out', fileOf('first'))).toMatchObject({ code: 0 });
  expect(statSync(fileOf('first')).mode & 0o777).toBe(0o600);
  expect(secretIn('first')).toMatch(/^[\w-]{43}$/);
  expect(await runKeys('create', '--out', fileOf('second'))).toMatchObject({ code: 2 });
  expect(existsSync(fileOf('second'))).toBe(false);
  expect((await runKeys('show')).stdout).toMatch(/^current {2}[0-9a-f]{8}\n$/);
  // It has not reached the edges yet.
  const url = await signedBy('first', { width: 333 });
  expect(await statusOf(url)).toBe('403 WRONG_SIGNATURE');
  local.clock.advance(PROPAGATION_MS);
  expect(await statusOf(url)).toBe('200');
});

test('a signed variant is rendered, stored and cached like others, under a path that needs the signature', async () => {
  const url = await signedBy('first', {
    width: 200,
    height: 90,
    fit: 'fill',
    quality: 81,
    format: 'webp',
    crop: { x: 0.5, y: 0, width: 0.5, height: 0.5 },
  });
  const first = await local.get(url);
  expect([first.status, first.headers['content-type'], first.headers['x-cache']]).toEqual([
    200,
    'image/webp',
    'Miss from cloudfront',
  ]);
  expect(await sharp(first.body).metadata()).toMatchObject({ width: 200, height: 90 });
  const [path] = url.split('?');
  expect(path).toBe('/a.jpg/c5000_0_5000_5000-200x90-fill-q81.webp');
  expect(await local.variants()).toContain(`${local.generation}${path}`);
  // Uncropped, the picture would differ.
  const whole = await local.get(
    await signedBy('first', { width: 200, height: 90, fit: 'fill', quality: 81, format: 'webp' }),
  );
  expect(whole.body.equals(first.body)).toBe(false);
  expect((await local.get(url)).headers['x-cache']).toBe('Hit from cloudfront');
  expect(await statusOf(path!)).toBe('403 NO_SIGNATURE');
  // Another spelling of the same variant has the same signature.
  const spelled = await signedBy('first', { width: 201, quality: 81 });
  expect(await statusOf(`/201w/a.jpg?q=81&${spelled.split('?')[1]}`)).toBe('200');
  expect(await statusOf(`/201w/a.jpg?q=82&${spelled.split('?')[1]}`)).toBe('403 WRONG_SIGNATURE');
});

test('an upload replaces signed variants, too', async () => {
  await local.put('new.jpg', await photo(400, 300));
  const url = await signedBy('first', { width: 123 }, 'new.jpg');
  const before = await local.get(url);
  await local.put('new.jpg', await photo(300, 400));
  await local.settle();
  const after = await local.get(url);
  expect([before.status, after.status]).toEqual([200, 200]);
  expect(after.headers['etag']).not.toBe(before.headers['etag']);
});

test('a URL expires by the clock', async () => {
  const until = Math.ceil(local.clock.now() / 1_000) + 600;
  const url = await signedBy('first', { width: 334, until });
  expect(await statusOf(url)).toBe('200');
  local.clock.advance(540_000);
  expect(await statusOf(url)).toBe('200');
  local.clock.advance(61_000);
  expect(await statusOf(url)).toBe('403 EXPIRED_SIGNATURE');
});

test('a variant over the response limit is redirected to its second name, which needs no signature', async () => {
  await local.put('noise.png', await noisePng(0, 1_200, 900));
  const url = await signedBy('first', { width: 1_199, format: 'jpeg', quality: 100 }, 'noise.png');
  const redirect = await local.get(url);
  expect(redirect.status).toBe(302);
  expect(redirect.headers['location']).toMatch(/^\/noise\.png\/1199x-q100\.jpeg~[0-9a-f]{8}$/);
  const { status, body } = await local.get(redirect.headers['location']!);
  expect([status, (await sharp(body).metadata()).width]).toEqual([200, 1_199]);
});

test('keys are rotated without a refused request', async () => {
  let count = 0;
  /** Each is of another size, so that it reaches both functions. */
  const isServed = async (name: string) => {
    count += 1;
    expect(await statusOf(await signedBy(name, { width: 400 + count }))).toBe('200');
  };
  await isServed('first');
  expect((await runKeys('rotate', '--out', fileOf('second'))).code).toBe(0);
  expect((await runKeys('show')).stdout).toMatch(/^current {2}[0-9a-f]{8}\nnext {5}[0-9a-f]{8}\n$/);
  await isServed('first');
  local.clock.advance(PROPAGATION_MS);
  await isServed('first');
  await isServed('second');
  expect((await runKeys('rotate')).stdout).toMatch(/^[0-9a-f]{8} is now the current key/);
  await isServed('second');
  local.clock.advance(PROPAGATION_MS);
  await isServed('second');
  expect(await statusOf(await signedBy('first', { width: 450 }))).toBe('403 WRONG_SIGNATURE');
});

test('keys survive a restart', async () => {
  const data = mkdtempSync(join(tmpdir(), 'data-'));
  const one = await run({ cdkOut, data });
  expect((await execute(keys, ['create', '--out', fileOf('kept')], one.environment)).code).toBe(0);
  await one.close();
  const other = await run({ cdkOut, data });
  await other.put('a.jpg', await photo(400, 300));
  expect((await other.get(await signedBy('kept', { width: 77 }))).status).toBe(200);
  await other.close();
  rmSync(data, { recursive: true, force: true });
});

describe('the API of the store', () => {
  const clientOf = (credentials = {}) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = local.environment;
    return new CloudFrontKeyValueStoreClient({
      region: 'us-east-1',
      endpoint: local.environment['AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE']!,
      maxAttempts: 1,
      requestHandler: {
        httpAgent: new Agent({ lookup: (_, options, callback) => lookUp('localhost', options, callback) }),
      },
      credentials: {
        accessKeyId: AWS_ACCESS_KEY_ID!,
        secretAccessKey: AWS_SECRET_ACCESS_KEY!,
        sessionToken: AWS_SESSION_TOKEN!,
        ...credentials,
      },
    });
  };
  const arn = () => local.deployment.keyValueStores[0]!.arn;

  test('describes, lists and changes all entries of an update or none, by ETag', async () => {
    const client = clientOf();
    const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn() }));
    const Puts = [
      { Key: 'b', Value: '2' },
      { Key: 'a/ä', Value: '1' },
    ];
    const updated = await client.send(new UpdateKeysCommand({ KvsARN: arn(), IfMatch: ETag, Puts }));
    expect(updated.ETag).not.toBe(ETag);
    const update = {
      KvsARN: arn(),
      IfMatch: updated.ETag,
      Puts: [{ Key: 'c', Value: '3' }],
      Deletes: [{ Key: 'none' }],
    };
    await expect(client.send(new UpdateKeysCommand(update))).rejects.toThrow('There is no key none.');
    const { Items } = await client.send(new ListKeysCommand({ KvsARN: arn() }));
    expect(Items!.map(({ Key }) => Key)).toEqual(['a/ä', 'b', 'keys']);
    await expect(
      client.send(new PutKeyCommand({ KvsARN: arn(), IfMatch: ETag, Key: 'c', Value: '3' })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    const large = { KvsARN: arn(), IfMatch: updated.ETag, Key: 'c', Value: 'x'.repeat(1_025) };
    await expect(client.send(new PutKeyCommand(large))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('needs a signature and permissions', async () => {
    for (const client of [clientOf({ secretAccessKey: 'another' }), clientOf({ accessKeyId: 'AKIANOBODY' })]) {
      await expect(client.send(new ListKeysCommand({ KvsARN: arn() }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    }
    const missing = arn().replace(/.$/, 'x');
    await expect(clientOf().send(new ListKeysCommand({ KvsARN: missing }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('a key in the template is refused', async () => {
  const template = readTemplate(cdkOut, 'ImageResizer');
  const changed = structuredClone(template);
  for (const { Type, Properties } of Object.values(changed.Resources)) {
    if (Type === 'AWS::CloudFront::KeyValueStore') {
      Properties!['ImportSource'] = { SourceType: 'S3', SourceArn: 'arn:aws:s3:::keys/keys.json' };
    }
  }
  expect(JSON.stringify(template)).not.toContain(secretIn('second'));
  writeTemplate(cdkOut, 'ImageResizer', changed);
  await expect(run({ cdkOut })).rejects.toThrow(/what a KeyValueStore imports is not modelled here/);
  writeTemplate(cdkOut, 'ImageResizer', template);
});

test('keys says what is wrong, in one line', async () => {
  expect(await runKeys('lose')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Unknown action: lose/) });
  expect(await runKeys('rotate', '--out', '/none/of/these')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^The key cannot be written to \/none\/of\/these: there is no such file or folder/),
  });
  const plain = await run();
  const finished = await execute(keys, ['show'], plain.environment);
  expect(finished).toMatchObject({ code: 2, stderr: expect.stringMatching(/accepts no signatures\. Set signed/) });
  await plain.close();
});
