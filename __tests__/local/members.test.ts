import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResizerConfig } from '../../edge/config/schema';
import { warm } from '../../scripts/warm';
import { execute } from '../scripts/command';
import { createSigner } from '../../client/signer';
import { PROPAGATION_MS } from '../../local/src/cloudfront/key-value-store';
import { keys as keysCommand } from '../../scripts/keys';
import { synthMembersBesideASite } from './apps/members-beside-a-site';
import { readTemplate, writeTemplate } from './apps/template';
import { type Running, photo, run } from './running';
import { synthesiseIn } from '../stack/synthesised';

const HOUR = 3_600_000;

const pem = (type: 'rsa' | 'ec') =>
  type === 'rsa'
    ? generateKeyPairSync('rsa', {
        modulusLength: 2_048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      })
    : generateKeyPairSync('ec', {
        namedCurve: 'prime256v1',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });

const keys = [pem('rsa'), pem('ec')] as const;
let folder: string;
let cdkOut: string;
let local: Running;
const configOf = (more: object = {}): ResizerConfig => ({
  private: { publicKeys: [join(folder, '0.pem'), join(folder, '1.pem')], ...more },
});
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'members-'));
  keys.forEach(({ publicKey }, index) => writeFileSync(join(folder, `${index}.pem`), publicKey));
  cdkOut = synthesiseIn(folder, configOf({ paths: ['members'] }));
  local = await run({ cdkOut });
  await local.put('a.jpg', await photo(400, 300));
  await local.put('members/a.jpg', await photo(300, 400));
  // The refresh that follows an upload would take what is cached meanwhile out of the cache.
  await local.settle();
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The id of the public key of one of the pairs. */
const idOf = (index: number, of = local) =>
  [...of.deployment.publicKeys].find(([, text]) => text === keys[index]!.publicKey)![0];

const hostOf = (of = local) => `http://127.0.0.1:${new URL(of.url).port}`;
const at = (milliseconds: number) => Math.floor((local.clock.now() + milliseconds) / 1_000);
const policyOf = (resource: string, condition: object = { DateLessThan: { 'AWS:EpochTime': at(HOUR) } }) =>
  JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });

/** A path, signed by CloudFront's own signer. */
const signed = (path: string, { index = 0, ends = HOUR, keyPairId = idOf(index) } = {}) =>
  getSignedUrl({
    url: hostOf() + path,
    keyPairId,
    privateKey: keys[index]!.privateKey,
    dateLessThan: new Date(local.clock.now() + ends),
  }).slice(hostOf().length);

const cookieOf = (policy: string, index = 0, of = local) => ({
  cookie: Object.entries(getSignedCookies({ policy, keyPairId: idOf(index, of), privateKey: keys[index]!.privateKey }))
    .map(([name, value]) => `${name}=${value}`)
    .join('; '),
});

/** The status, with the code of CloudFront or of the function. */
async function statusOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  // undici sends the host of the origin, which is signed.
  const { status, headers: answered, body } = await local.get(path, { headers });
  const code = answered['x-resizer-error'] ?? /<Code>(\w+)/.exec(body.toString('latin1'))?.[1];
  return code ? `${status} ${code}` : String(status);
}

const PATH = '/members/a.jpg/320x.jpeg';

test('images for members need a signed URL or cookies, public ones do not', async () => {
  expect(await statusOf('/320w/a.jpg')).toBe('200');
  expect(await statusOf(PATH)).toBe('403 MissingKey');
  expect(await statusOf(signed(PATH))).toBe('200');
  expect(await statusOf(signed(PATH, { index: 1 }))).toBe('200');
  expect(await statusOf('/320w/members/a.jpg')).toBe('403 OTHER_FOLDER');
  // It is cached now, under a path of both behaviours.
  expect((await local.get(signed(PATH))).headers['x-cache']).toBe('Hit from cloudfront');
  expect(await statusOf(PATH)).toBe('403 MissingKey');
  for (const path of ['/320w/members/a.jpg?f=jpeg', '/%6Dembers/a.jpg/320x.jpeg', '/members%2Fa.jpg/320x.jpeg']) {
    expect(await statusOf(path)).toMatch(/^403 (OTHER_FOLDER|MissingKey)$/);
  }
  // The signature does not reach the function.
  expect(await statusOf(signed('/members/a.jpg?w=320&f=jpeg'))).toBe('200');
});

test('a signature is valid for one URL, by a trusted key, and expires by the clock', async () => {
  const url = signed(PATH, { ends: HOUR });
  expect(await statusOf(url.replace('320x', '640x'))).toBe('403 AccessDenied');
  expect(await statusOf(url.replace(/Expires=\d+/, `Expires=${at(2 * HOUR)}`))).toBe('403 AccessDenied');
  expect(await statusOf(signed(PATH, { keyPairId: 'KNOBODY' }))).toBe('403 InvalidKey');
  expect(await statusOf(signed(PATH, { keyPairId: idOf(1) }))).toBe('403 AccessDenied');
  local.clock.advance(HOUR - 60_000);
  expect(await statusOf(url)).toBe('200');
  local.clock.advance(61_000);
  expect(await statusOf(url)).toBe('403 AccessDenied');
});

test.each([0, 1])('SHA-256 is valid if Hash-Algorithm names it: key %i', async (index) => {
  const options = { keyPairId: idOf(index), privateKey: keys[index]!.privateKey, algorithm: 'SHA256' } as const;
  const url = getSignedUrl({ ...options, url: hostOf() + PATH, dateLessThan: new Date(local.clock.now() + HOUR) });
  const path = url.slice(hostOf().length);
  expect(path).toContain('Hash-Algorithm=SHA256');
  expect(await statusOf(path)).toBe('200');
  expect(await statusOf(path.replace(/&?Hash-Algorithm=SHA256/, ''))).toBe('403 AccessDenied');
  expect(await statusOf(path.replace('SHA256', 'SHA512'))).toBe('403 AccessDenied');
  expect(await statusOf(`${signed(PATH, { index })}&Hash-Algorithm=SHA256`)).toBe('403 AccessDenied');
  const cookies = getSignedCookies({ ...options, policy: policyOf(`${hostOf()}/members/*`) });
  expect(cookies['CloudFront-Hash-Algorithm']).toBe('SHA256');
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  expect(await statusOf(PATH, { cookie: pairs.join('; ') })).toBe('200');
  const withoutName = pairs.filter((pair) => !pair.includes('Hash-Algorithm'));
  expect(await statusOf(PATH, { cookie: withoutName.join('; ') })).toBe('403 AccessDenied');
});

test('cookies with a policy are valid for all its resources', async () => {
  const all = `${hostOf()}/members/*`;
  expect(await statusOf(PATH, cookieOf(policyOf(all)))).toBe('200');
  expect(await statusOf(PATH, cookieOf(policyOf(all), 1))).toBe('200');
  expect(await statusOf(PATH, cookieOf(policyOf(`${hostOf()}/members/b*`)))).toBe('403 AccessDenied');
  const end = { DateLessThan: { 'AWS:EpochTime': at(HOUR) } };
  for (const [condition, status] of [
    [{}, '403 AccessDenied'],
    [{ DateLessThan: { 'AWS:EpochTime': at(-1_000) } }, '403 AccessDenied'],
    [{ ...end, DateGreaterThan: { 'AWS:EpochTime': at(HOUR / 2) } }, '403 AccessDenied'],
    [{ ...end, IpAddress: { 'AWS:SourceIp': '192.0.2.0/24' } }, '403 AccessDenied'],
    [{ ...end, IpAddress: { 'AWS:SourceIp': '127.0.0.0/8' } }, '200'],
  ] as const) {
    expect(await statusOf(PATH, cookieOf(policyOf(all, condition)))).toBe(status);
  }
  const withoutKey = cookieOf(policyOf(all)).cookie.replace(/CloudFront-Key-Pair-Id=\w+/, '');
  expect(await statusOf(PATH, { cookie: withoutKey })).toBe('403 MissingKey');
});

test('warm signs with the given key', async () => {
  const [privateKey, config, list] = ['key.pem', 'resizer.config.ts', 'keys.txt'].map((name) => join(folder, name));
  writeFileSync(privateKey!, keys[0].privateKey);
  writeFileSync(config!, `export default ${JSON.stringify(configOf({ paths: ['members'] }))};\n`);
  writeFileSync(list!, 'members/a.jpg\n');
  const args = [
    hostOf(),
    '--keys',
    list!,
    '--sizes',
    '100x100',
    '--config',
    config!,
    '--failures',
    join(folder, 'failed'),
  ];
  const key = ['--key-pair-id', idOf(0), '--private-key', privateKey!];
  const options = { ...local.environment };
  expect(await execute(warm, [...args, ...key], options)).toMatchObject({ code: 0 });
  expect(await local.variants()).toContain(`${local.generation}/members/a.jpg/100x100-cover-focus.auto.webp`);
  expect(await execute(warm, [...args, '--key-pair-id', 'K1'], options)).toMatchObject({
    code: 2,
    stderr: 'Give both --key-pair-id and --private-key.\n',
  });
});

test('a behaviour without its trusted key group shows what is for members: a mutation of the template is seen', async () => {
  const template = readTemplate(cdkOut, 'ImageResizer');
  const changed = structuredClone(template);
  for (const { Type, Properties } of Object.values(changed.Resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const { CacheBehaviors } = Properties!['DistributionConfig'] as {
      CacheBehaviors: { TrustedKeyGroups?: unknown }[];
    };
    expect(CacheBehaviors.map((each) => each.TrustedKeyGroups)).toEqual([[expect.anything()]]);
    delete CacheBehaviors[0]!.TrustedKeyGroups;
  }
  writeTemplate(cdkOut, 'ImageResizer', changed);
  const open = await run({ cdkOut });
  await open.put('members/a.jpg', await photo(300, 400));
  expect((await open.get(PATH)).status).toBe(200);
  await open.close();
  writeTemplate(cdkOut, 'ImageResizer', template);
  expect(readFileSync(join(cdkOut, 'ImageResizer.template.json'), 'utf8')).not.toMatch(/PRIVATE KEY/);
});

test('beside a site, below a base, members and signatures work as without it', async () => {
  const config: ResizerConfig = { ...configOf({ paths: ['members'] }), base: '/img', signed: true };
  const beside = await run({ cdkOut: synthMembersBesideASite(folder, config) });
  await beside.put('a.jpg', await photo(400, 300));
  await beside.put('members/a.jpg', await photo(300, 400));
  const file = join(folder, 'signing-key');
  const made = await execute(keysCommand, ['create', '--stack', 'Web/Images', '--out', file], beside.environment);
  expect(made).toMatchObject({ code: 0 });
  beside.clock.advance(PROPAGATION_MS);
  const signer = createSigner(config, { key: readFileSync(file, 'utf8') });
  const cookie = cookieOf(policyOf(`${hostOf(beside)}/img/members/*`), 0, beside);
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const { status, headers: answered } = await beside.get(path, { headers });
    return answered['x-resizer-error'] ? `${status} ${answered['x-resizer-error']}` : String(status);
  };
  const unlisted = await signer.url('members/a.jpg', { width: 211 });
  expect(unlisted).toMatch(/^\/img\/members\/a\.jpg\/211x\.auto\?s=/);
  expect([
    await ask('/img/320w/a.jpg'),
    await ask('/img/members/a.jpg?w=320'),
    await ask('/img/members/a.jpg?w=320', cookie),
    await ask('/img/320w/members/a.jpg', cookie),
    await ask('/img/211w/a.jpg'),
    await ask(await signer.url('a.jpg', { width: 211 })),
    await ask(unlisted),
    await ask(unlisted, cookie),
    await ask('/img/members/a.jpg?w=211', cookie),
  ]).toEqual(['200', '403', '200', '403 OTHER_FOLDER', '403 NO_SIGNATURE', '200', '403', '200', '403 NO_SIGNATURE']);
  await beside.close();
});

test('keys of an existing key group can be given; without them every request is refused, and the log says so', async () => {
  const existing = synthesiseIn(folder, { private: { keyGroups: ['group-1'] } }, 'existing');
  const ask = async (whole: Running) => {
    await whole.put('a.jpg', await photo(400, 300));
    const policy = policyOf(`${hostOf(whole)}/*`);
    const cookies = getSignedCookies({ policy, keyPairId: 'KEXISTING', privateKey: keys[1].privateKey });
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const { status } = await whole.get('/320w/a.jpg', { headers: { cookie } });
    await whole.close();
    return status;
  };
  const given = await run({ cdkOut: existing, publicKeys: { KEXISTING: keys[1].publicKey } });
  expect(given.logged.join('\n')).not.toContain('group-1');
  expect(await ask(given)).toBe(200);
  const refusing = await run({ cdkOut: existing });
  expect(refusing.logged).toContain(
    'The key group group-1 is in no stack, so what its keys have signed is refused: --public-key ID=FILE gives one.',
  );
  expect(await ask(refusing)).toBe(403);
});

test('without folders, the whole distribution is for members', async () => {
  const all = synthesiseIn(folder, configOf(), 'all');
  const whole = await run({ cdkOut: all });
  await whole.put('a.jpg', await photo(400, 300));
  expect((await whole.get('/320w/a.jpg')).status).toBe(403);
  const policy = JSON.stringify({
    Statement: [{ Resource: `${hostOf(whole)}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': at(HOUR) } } }],
  });
  expect((await whole.get('/320w/a.jpg', { headers: cookieOf(policy, 0, whole) })).status).toBe(200);
  await whole.close();
});
