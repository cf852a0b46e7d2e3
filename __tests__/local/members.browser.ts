import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../chromium';
import { synthesiseIn } from '../stack/synthesised';
import { photo, run } from './running';

test('a page shows a picture for members to a browser that has the cookies', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'members-'));
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const file = join(folder, 'members.pem');
  writeFileSync(file, publicKey);
  const local = await run({ cdkOut: synthesiseIn(folder, { private: { publicKeys: [file], paths: ['members'] } }) });
  await local.put('members/a.jpg', await photo(300, 400));

  const site = `http://127.0.0.1:${new URL(local.url).port}`;
  const browser = await launch();
  const context = await browser.newContext();
  const page = await context.newPage();
  const image = `${site}/members/a.jpg/300x300-cover-focus.auto`;
  expect((await page.goto(image))!.status()).toBe(403);

  const [keyPairId] = [...local.deployment.publicKeys.keys()];
  const ends = Math.floor(local.clock.now() / 1_000) + 3_600;
  const policy = JSON.stringify({
    Statement: [{ Resource: `${site}/members/*`, Condition: { DateLessThan: { 'AWS:EpochTime': ends } } }],
  });
  const cookies = getSignedCookies({ policy, keyPairId: keyPairId!, privateKey });
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value: String(value), url: site })));
  expect((await page.goto(image))!.status()).toBe(200);
  expect(await page.evaluate('document.images[0].naturalWidth > 0')).toBe(true);
  await browser.close();
  await local.close();
});
