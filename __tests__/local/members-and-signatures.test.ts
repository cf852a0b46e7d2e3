/** What strangers, members and signers get of a distribution. `npm run mutate:template` runs it with broken templates. */
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner } from '../../client/signer';
import { PROPAGATION_MS } from '../../local/src/cloudfront/key-value-store';
import { keys } from '../../scripts/keys';
import { execute } from '../scripts/command';
import { CONFIG_WITH_MEMBERS, assemblyWithMembers } from '../with-members';
import { type Running, photo, run } from './running';

const ID = 'KMEMBERS';
const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const folder = mkdtempSync(join(tmpdir(), 'signing-key-'));
let local: Running;
let cookie: Record<string, string>;
let sign: (key: string, width: number) => Promise<string>;
beforeAll(async () => {
  local = await run({ cdkOut: assemblyWithMembers(), publicKeys: { [ID]: publicKey } });
  await local.put('a.jpg', await photo(400, 300));
  await local.put('members/a.jpg', await photo(300, 400));
  const file = join(folder, 'key');
  expect(await execute(keys, ['create', '--out', file], local.environment)).toMatchObject({ code: 0 });
  local.clock.advance(PROPAGATION_MS);
  const signer = createSigner(CONFIG_WITH_MEMBERS, { key: readFileSync(file, 'utf8') });
  sign = (key, width) => signer.url(key, { width });
  const ends = Math.floor(local.clock.now() / 1_000) + 3_600;
  const policy = JSON.stringify({
    Statement: [{ Resource: 'http://127.0.0.1:*/members/*', Condition: { DateLessThan: { 'AWS:EpochTime': ends } } }],
  });
  const cookies = Object.entries(getSignedCookies({ policy, keyPairId: ID, privateKey }));
  cookie = { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') };
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The status, with the code of the functions or of CloudFront. */
async function ask(path: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, headers: answered, body } = await local.get(path, { headers });
  const code = answered['x-resizer-error'] ?? /<Code>(\w+)/.exec(body.toString('latin1'))?.[1];
  return code ? `${status} ${code}` : String(status);
}

test('a stranger gets public images, and none for members, even from the cache', async () => {
  expect(await ask('/320w/a.jpg')).toBe('200');
  expect(await ask('/members/a.jpg/320x.auto', cookie)).toBe('200');
  for (const path of ['/members/a.jpg/320x.auto', '/members/a.jpg?w=320', '/members/320w/a.jpg']) {
    expect(await ask(path)).toBe('403 MissingKey');
  }
  for (const path of ['/320w/members/a.jpg', '/320w/%6Dembers/a.jpg', '/320w/members%2Fa.jpg']) {
    expect(await ask(path)).toBe('403 OTHER_FOLDER');
    expect(await ask(path, cookie)).toBe('403 OTHER_FOLDER');
  }
  // The original `members`, which is in no folder.
  expect(await ask('/members/320x.auto', cookie)).toBe('403 OTHER_FOLDER');
});

test('an unlisted size needs a signature, for members as for everybody', async () => {
  expect(await ask('/a.jpg/211x.auto')).toBe('403 NO_SIGNATURE');
  expect(await ask(await sign('a.jpg', 211))).toBe('200');
  expect(await ask('/a.jpg/211x.auto')).toBe('403 NO_SIGNATURE');
  expect(await ask(await sign('members/a.jpg', 211))).toBe('403 MissingKey');
  expect(await ask('/members/a.jpg/211x.auto', cookie)).toBe('403 NO_SIGNATURE');
  const signed = await sign('members/a.jpg', 211);
  expect(await ask(signed, cookie)).toBe('200');
  // A signature is of no use for other forms of URL.
  expect(await ask(`/211w/members/a.jpg?${signed.split('?')[1]}`, cookie)).toBe('403 OTHER_FOLDER');
});
