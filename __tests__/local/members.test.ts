import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResizerConfig } from '../../edge/config/schema';
import { warm } from '../../scripts/warm';
import { launch, withBrowser } from '../chromium';
import { execute } from '../scripts/command';
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
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Id of the public key that belongs to one of the pairs. */
const idOf = (index: number, of = local) =>
  [...of.deployment.publicKeys].find(([, text]) => text === keys[index]!.publicKey)![0];

const hostOf = (of = local) => `http://127.0.0.1:${new URL(of.url).port}`;
const at = (milliseconds: number) => Math.floor((local.clock.now() + milliseconds) / 1_000);
const policyOf = (resource: string, condition: object = { DateLessThan: { 'AWS:EpochTime': at(HOUR) } }) =>
  JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });

/** A path with what CloudFront's own signer adds. */
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

/** The status, with CloudFront's or the function's code. */
async function statusOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  // undici sends the host of the origin, which is signed.
  const { status, headers: answered, body } = await local.get(path, { headers });
  const code = answered['x-resizer-error'] ?? /<Code>(\w+)/.exec(body.toString('latin1'))?.[1];
  return code ? `${status} ${code}` : String(status);
}

const PATH = '/members/a.jpg/320x.jpeg';

test('what is for members is for signed URLs and cookies alone, what is for all is for all', async () => {
  expect(await statusOf('/320w/a.jpg')).toBe('200');
  expect(await statusOf(PATH)).toBe('403 MissingKey');
  expect(await statusOf(signed(PATH))).toBe('200');
  expect(await statusOf(signed(PATH, { index: 1 }))).toBe('200');
  expect(await statusOf('/320w/members/a.jpg')).toBe('403 OTHER_FOLDER');
  // Now it is cached, under a path that both behaviours lead to.
  expect((await local.get(signed(PATH))).headers['x-cache']).toBe('Hit from cloudfront');
  expect(await statusOf(PATH)).toBe('403 MissingKey');
  for (const path of ['/320w/members/a.jpg?f=jpeg', '/%6Dembers/a.jpg/320x.jpeg', '/members%2Fa.jpg/320x.jpeg']) {
    expect(await statusOf(path)).toMatch(/^403 (OTHER_FOLDER|MissingKey)$/);
  }
  // The signature is no part of what is asked for.
  expect(await statusOf(signed('/members/a.jpg?w=320&f=jpeg'))).toBe('200');
});

test('a signature is of one URL, by a trusted key, and ends by the clock', async () => {
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

test('cookies with a policy hold for all that it names', async () => {
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

test('warm signs with a key that is named to it', async () => {
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

withBrowser('a page shows a picture for members to a browser that has the cookies', async () => {
  const browser = await launch();
  const context = await browser.newContext();
  const page = await context.newPage();
  const image = `${hostOf()}/members/a.jpg/300x300-cover-focus.auto`;
  expect((await page.goto(image))!.status()).toBe(403);
  const { cookie } = cookieOf(policyOf(`${hostOf()}/members/*`));
  await context.addCookies(
    cookie.split('; ').map((each) => {
      const [name = '', value = ''] = each.split(/=(.*)/s);
      return { name, value, url: hostOf() };
    }),
  );
  expect((await page.goto(image))!.status()).toBe(200);
  expect(await page.evaluate('document.images[0].naturalWidth > 0')).toBe(true);
  await browser.close();
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

test('without folders, all of the distribution is for members', async () => {
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
