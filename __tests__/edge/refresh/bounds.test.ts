import { ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import type { Context, SQSEvent } from 'aws-lambda';
import { createHash } from 'node:crypto';
import { parseConfig } from '../../../edge/config/schema';
import { itemsFor } from '../../../edge/refresh/invalidation';
import { storageOf } from '../../../edge/refresh/storage';
import { VARIABLES } from '../../../edge/refresh/variables';
import { refreshSettings } from '../../../edge/config/settings';
import { stackParameterName } from '../../../edge/stack-parameter';
import { type Running, photo, run } from '../../local/running';

const before = { ...process.env };

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(async () => {
  await local.close();
  process.env = before;
});

const storage = () =>
  storageOf({
    originals: { client: local.client, bucket: local.buckets.originals, prefix: '' },
    variants: { client: local.client, bucket: local.buckets.variants },
    generation: local.generation,
    base: '',
  });

/** Puts empty objects into the folder of the bucket: a thousand requests would take seconds. */
async function putVariants(keys: string[]): Promise<void> {
  const { store } = local.s3!.buckets.get(local.buckets.variants)!;
  for (const key of keys) {
    const draft = await store.draft();
    await draft.handle.close();
    store.commit(draft, { key, size: 0, etag: 'd41d8cd98f00b204e9800998ecf8427e', modified: 0, headers: {} });
  }
}

test('a first upload costs one HEAD and one LIST a pass, and no invalidation', async () => {
  const journal = local.s3!.journal;
  journal.clear();
  await local.put('new.jpg', await photo(60, 40));
  await local.settle();
  const { originals, variants } = local.buckets;
  expect([journal.count('s3:HeadObject', originals), journal.count('s3:ListObjectsV2', variants)]).toEqual([2, 2]);
  expect([journal.count('s3:HeadObject', variants), journal.count('s3:DeleteObjects', variants)]).toEqual([0, 0]);
  const DistributionId = local.deployment.distributions[0]!.id;
  const { InvalidationList } = await local.cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  expect(InvalidationList!.Quantity).toBe(0);
});

test('above keysBeforeAll originals everything is invalidated, for 0 after any change', () => {
  const { keysBeforeAll } = parseConfig({ refresh: { keysBeforeAll: 0 } }).refresh;
  expect(itemsFor('', ['a.jpg'], keysBeforeAll)).toEqual(['/*']);
  expect(itemsFor('/img', ['a.jpg'], keysBeforeAll)).toEqual(['/img/*']);
  expect(itemsFor('', ['a.jpg'], 1)).toEqual([expect.stringMatching(/^#[0-9a-f]+$/)]);
});

test('two resizers of one distribution tag the same key differently, and none without a base tags as before', () => {
  const tags = ['', '/img', '/products', '/img/products'].map((base) => itemsFor(base, ['a.jpg'], 1)[0]);
  expect(new Set(tags).size).toBe(tags.length);
  expect(tags[0]).toBe(`#${createHash('sha256').update('a.jpg').digest('hex').slice(0, 32)}`);
});

test('every object directly below the key of an original belongs to it, and none in folders below', async () => {
  const of = (name: string) => `${local.generation}/photos/${name}`;
  const direct = ['0320x.auto', '320x.auto', '320x.auto~0a1b2c3d', 'info.json', 'of-yesterday-0a1b2c3d.auto'];
  await putVariants([...direct, 'x.jpg/320x.auto', 'x.jpg/info.json'].map(of));
  expect(await storage().listVariants('photos')).toEqual(direct.map(of));
});

test('more variants are deleted than one request of S3 takes', async () => {
  const names = Array.from({ length: 1_100 }, (_, index) => `${local.generation}/many.jpg/${index + 1}x.auto`);
  await putVariants(names);
  const listed = await storage().listVariants('many.jpg');
  expect(listed).toHaveLength(names.length);
  await storage().delete(listed);
  expect(await storage().listVariants('many.jpg')).toEqual([]);
});

test('an original whose key leaves no room for variants has none', async () => {
  expect(await storage().listVariants('k'.repeat(1_020))).toEqual([]);
});

test('a task that there is no time for goes back into the queue without counting as a failure', async () => {
  const queue = local.deployment.queues.find(({ redrive }) => redrive)!;
  Object.assign(process.env, local.environment, {
    AWS_ENDPOINT_URL_SQS: local.events.url,
    [VARIABLES.variantsRegion]: local.deployment.outputs['VariantsRegion'],
    [VARIABLES.distributionParameter]: stackParameterName('ImageResizer'),
    [VARIABLES.queueUrl]: `${local.events.url}/${local.deployment.account}/${queue.name}`,
  });
  Object.assign(globalThis, { SETTINGS: refreshSettings(parseConfig({})) });
  const { handler } = await import('../../../edge/refresh/handler');
  const record = {
    messageId: '1',
    receiptHandle: 'receipt',
    body: JSON.stringify({ again: 'late.jpg', listed: true }),
    attributes: { ApproximateReceiveCount: '1' },
  };
  const context = { getRemainingTimeInMillis: () => 59_000 } as Context;
  const log = jest.spyOn(console, 'log').mockImplementation();
  expect(await handler({ Records: [record] } as SQSEvent, context)).toEqual({ batchItemFailures: [] });
  expect(log.mock.calls).toEqual([['{"postponed":1}']]);
  log.mockRestore();
  await local.settled();
  const lines = local.logged.filter((line) => line.includes('"refreshed":"late.jpg"'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"isInvalidated":true');
});
