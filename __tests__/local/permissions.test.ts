import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Json, mutateAssembly, withoutBucketAction, withoutRoleAction } from '../tools/mutations/template';
import { type Running, photo, run } from './running';

let folder: string;
let local: Running;
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a template from which something is missing, with one original. */
async function without(change: (template: Json) => void): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  mutateAssembly(process.env['CDK_OUT']!, join(folder, 'cdk.out'), change);
  local = await run({ cdkOut: join(folder, 'cdk.out') });
  await local.put('photo.jpg', await photo(200, 150));
}

const denials = () => local.logged.filter((line) => line.includes('s3 denied:'));

test('with all permissions nothing is denied', async () => {
  await without(() => undefined);
  expect((await local.get('/100x100/photo.jpg')).status).toBe(200);
  expect((await local.get('/100x100/missing.jpg')).status).toBe(404);
  expect(denials()).toEqual([]);
});

test('a role that may not get originals is a 500, and the log names role, action and object', async () => {
  await without((template) => withoutRoleAction(template, 's3:GetObject'));
  const answer = await local.get('/100x100/photo.jpg');
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([500, 'UNREADABLE']);
  expect(denials()[0]).toMatch(/:role\/\S+ s3:GetObject arn:aws:s3:::\S+\/photo\.jpg, /);
});

test('a role that may not list originals is a 500 for a missing one', async () => {
  await without((template) => withoutRoleAction(template, 's3:ListBucket'));
  expect((await local.get('/100x100/photo.jpg')).status).toBe(200);
  expect((await local.get('/100x100/missing.jpg')).status).toBe(500);
});

test('a role that may not put variants leaves them unstored and uncached', async () => {
  await without((template) => withoutRoleAction(template, 's3:PutObject'));
  const answer = await local.get('/100x100/photo.jpg');
  expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(await local.variants()).toEqual([]);
  expect(denials()[0]).toContain(' s3:PutObject ');
});

test('a distribution that may not get variants renders each request', async () => {
  await without((template) => withoutBucketAction(template, 's3:GetObject'));
  await local.get('/100x100/photo.jpg');
  local.distribution.invalidate('/*');
  expect((await local.get('/100x100/photo.jpg')).headers['x-resizer']).toBe('rendered');
  expect(denials()[0]).toMatch(/cloudfront\.amazonaws\.com for \S+ s3:GetObject /);
});

test('a distribution that may not list variants gets 403 for 404, and the function logs it', async () => {
  await without((template) => withoutBucketAction(template, 's3:ListBucket'));
  expect((await local.get('/100x100/photo.jpg')).status).toBe(200);
  expect(local.logged.join('\n')).toContain('"originStatus":403');
});
