import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { DistributionUnderTest } from '../../scripts/smoke/distribution';
import { accessChecks } from '../../scripts/smoke/access-checks';
import { nameSubjects } from '../../scripts/smoke/subjects';
import { smoke as main } from '../../scripts/smoke';
import { type Running, run } from '../local/running';
import { synthesiseIn } from '../stack/synthesised';
import { execute } from './command';

// The promises are tried one after the other.
jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'smoke-members-'));
const fileOf = (name: string) => join(folder, name);
const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
writeFileSync(fileOf('public.pem'), publicKey);
writeFileSync(fileOf('private.pem'), privateKey);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WHOLE: ResizerConfig = { private: { publicKeys: [fileOf('public.pem')] } };
const FOLDERS: ResizerConfig = { signed: true, private: { ...WHOLE.private!, paths: ['members', 'clients/a'] } };

/** Starts a config, and hands over what `npm run smoke` needs for it, without and with the key. */
async function started(name: string, config: ResizerConfig) {
  const local = await run({ cdkOut: synthesiseIn(folder, config, name) });
  const file = fileOf(`${name}.config.cjs`);
  writeFileSync(file, `module.exports = ${JSON.stringify(config)};\n`);
  const [id] = [...local.deployment.publicKeys.keys()];
  const args = [local.url, '--bucket', local.buckets.originals, '--config', file, '--no-overwrite'];
  const key = ['--key-pair-id', id!, '--private-key', fileOf('private.pem')];
  return { local, args, key };
}

const smoke = (local: Running, args: string[]) => execute(main, args, local.environment);

const leftIn = async ({ client, buckets }: Running) =>
  (await client.send(new ListObjectsV2Command({ Bucket: buckets.originals }))).KeyCount;

test('with the key that is named to it, smoke finds every promise of a private distribution kept', async () => {
  const { local, args, key } = await started('whole', WHOLE);
  const { code, stdout } = await smoke(local, [...args, ...key]);
  expect(stdout).toMatch(/ok\s+│ only viewers with signed cookies or URLs get pictures for members .*│ 1 refused/);
  expect(stdout).toContain(' 0 broken;');
  expect(code).toBe(0);
  expect(await leftIn(local)).toBe(0);
  expect(await smoke(local, args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('If it is private, give --key-pair-id and --private-key.'),
  });
  await local.close();
});

describe('with private folders, and sizes off the list', () => {
  let local: Running;
  let args: string[];
  let key: string[];
  beforeAll(async () => {
    ({ local, args, key } = await started('folders', FOLDERS));
  });
  afterAll(() => local?.close());

  test('every promise is kept, and a picture for members is seen', async () => {
    const { code, stdout } = await smoke(local, [...args, ...key]);
    expect(stdout).toMatch(
      /ok\s+│ only viewers with signed cookies or URLs get pictures for members .*│ 2 refused, 200 for a member/,
    );
    expect(stdout).toMatch(/ok\s+│ no other form of URL leads to pictures for members/);
    expect(stdout).toMatch(/ok\s+│ unlisted sizes need a valid signature/);
    expect(stdout).toContain(' 0 broken;');
    expect(code).toBe(0);
    expect(await leftIn(local)).toBe(0);
  });

  test('a distribution that lets strangers in, and takes any size, breaks these promises', async () => {
    const open = await run();
    const context = {
      distribution: new DistributionUnderTest(open.url, 10_000),
      config: parseConfig(FOLDERS, folder),
      originals: { client: open.client, bucket: open.buckets.originals, prefix: '' },
      subjects: nameSubjects(),
      overwrite: false,
      stopped: new AbortController().signal,
    };
    const outcomes = await Promise.allSettled(accessChecks.map((check) => check.run(context)));
    await context.distribution.close();
    expect(outcomes.map((each) => (each.status === 'rejected' ? String(each.reason) : 'kept'))).toEqual([
      expect.stringMatching(/^Error: \/members\/.* is answered with 404 NOT_FOUND for a stranger$/),
      expect.stringMatching(/^Error: \/100x100\/members\/.* is answered with 404 NOT_FOUND$/),
      expect.stringMatching(/^Error: .* is answered with 403 SIZE_NOT_ALLOWED$/),
    ]);
    await open.close();
  });
});
