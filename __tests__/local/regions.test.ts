import { CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logs } from '../../scripts/logs';
import type { StackParameter } from '../../edge/stack-parameter';
import { execute } from '../scripts/command';
import { configOf, readTemplate, writeTemplate } from './apps/template';
import { type Running, photo, run, send } from './running';

let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'without-shield-'));
  cpSync(process.env['CDK_OUT']!, folder, { recursive: true });
  const template = readTemplate(folder, 'ImageResizer');
  for (const origin of configOf(template).Origins) delete origin.OriginShield;
  writeTemplate(folder, 'ImageResizer', template);
  local = await run({ cdkOut: folder, regions: 2 });
}, 60_000);
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

const getIn = (region: number, path: string) => send(local.distributions[0]!.edges[region]!.url, path, 'GET', {});
const xCacheIn = async (region: number, path: string) => (await getIn(region, path)).headers['x-cache']!.split(' ')[0];

test('a variant requested in both regions at once has the same bytes, and both regions log it', async () => {
  expect(local.distributions[0]!.edges.map(({ region }) => region)).toEqual(['us-east-1', 'eu-central-1']);
  await local.put('a.jpg', await photo(400, 300));
  const [first, second] = await Promise.all([getIn(0, '/200x200/a.jpg'), getIn(1, '/200x200/a.jpg')]);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body).toEqual(first.body);
  expect(await local.variants()).toHaveLength(1);
  for (const region of ['us-east-1', 'eu-central-1']) {
    expect(local.logged.some((line) => line.startsWith(`${region} `) && line.includes('a.jpg'))).toBe(true);
  }
  // The stack of a distribution without Origin Shield names no region.
  const parameter = local.deployment.parameters[0]!;
  const stack = JSON.parse(parameter.value) as StackParameter;
  delete stack.logs.renders.region;
  parameter.value = JSON.stringify(stack);
  const { stdout } = await execute(logs, [], local.environment);
  expect(stdout.match(/200 JPEG 200×200 .* a\.jpg\/200x200/g)).toHaveLength(2);
});

test('an invalidation reaches one region after the other', async () => {
  await local.put('b.jpg', await photo(400, 300));
  await getIn(0, '/200x200/b.jpg');
  await getIn(1, '/200x200/b.jpg');
  await local.cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: local.distributions[0]!.id,
      InvalidationBatch: { CallerReference: 'regions', Paths: { Quantity: 1, Items: ['/*'] } },
    }),
  );
  // First, since it takes no time.
  expect(await xCacheIn(1, '/200x200/b.jpg')).toBe('Hit');
  expect(await xCacheIn(0, '/200x200/b.jpg')).toBe('Miss');
  local.clock.advance(5_000);
  expect(await xCacheIn(1, '/200x200/b.jpg')).toBe('Miss');
});

test('an overwrite reaches both regions', async () => {
  await local.put('c.jpg', await photo(400, 300));
  const before = await getIn(0, '/200x200/c.jpg');
  await getIn(1, '/200x200/c.jpg');
  await local.put('c.jpg', await photo(300, 400));
  await local.settle();
  for (const region of [0, 1]) {
    expect((await getIn(region, '/200x200/c.jpg')).headers['etag']).not.toBe(before.headers['etag']);
  }
});

test.each([
  [2, process.env['CDK_OUT_WITHOUT_PLAN']!, 'has an Origin Shield, so its functions run in us-east-1 alone'],
  [9, '', 'The number of regions is from 1 to 4, not 9.'],
])('%i regions are refused with the reason', async (regions, cdkOut, message) => {
  await expect(run({ cdkOut: cdkOut || folder, regions })).rejects.toThrow(message);
});
