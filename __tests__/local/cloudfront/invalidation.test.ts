import {
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import type { Faults } from '../../../local/src/faults';
import { hasCacheTags } from '../../planned';
import { type Running, photo, run } from '../running';

let local: Running;
let id: string;
beforeAll(async () => {
  local = await run();
  id = local.deployment.distributions[0]!.id;
  for (const key of ['a.jpg', 'b.jpg', 'dir/c.jpg']) await local.put(key, await photo(400, 300));
  await local.settle();
});
afterAll(() => local.close());
afterEach(() => local.faults.clear());

let references = 0;
const invalidate = (items: string[], reference = `reference ${references++}`) =>
  local.cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference: reference, Paths: { Quantity: items.length, Items: items } },
    }),
  );
const cacheOf = async (path: string) => (await local.get(path)).headers['x-cache']!.split(' ')[0];
const fill = async (...paths: string[]) => {
  for (const path of paths) {
    await local.get(path);
    expect(await cacheOf(path)).toBe('Hit');
  }
};

// DG: invalidation-specifying-objects
test('a path invalidates one variant, and no other', async () => {
  await fill('/320w/a.jpg', '/640w/a.jpg');
  await invalidate(['/a.jpg/320x.auto']);
  expect([await cacheOf('/320w/a.jpg'), await cacheOf('/640w/a.jpg')]).toEqual(['Miss', 'Hit']);
});

// DG: invalidation-specifying-objects
test('a path that ends in * invalidates every path with that prefix', async () => {
  await fill('/320w/dir/c.jpg', '/320w/b.jpg');
  await invalidate(['/dir/*']);
  expect([await cacheOf('/320w/dir/c.jpg'), await cacheOf('/320w/b.jpg')]).toEqual(['Miss', 'Hit']);
});

// DG: invalidation-specifying-tags
test('a #tag invalidates all variants of an original, generated or from S3', async () => {
  await fill('/100x100/a.jpg', '/100x100/b.jpg');
  local.distribution.invalidate('/a.jpg/*');
  await fill('/100x100/a.jpg');
  const { headers } = await local.stored(`${local.generation}/a.jpg/100x100-cover-focus.auto`);
  await fill('/600x600/a.jpg');
  await invalidate([`#${headers['x-amz-meta-cache-tag']!.toUpperCase()}`]);
  const tagged = hasCacheTags ? 'Miss' : 'Hit';
  expect([await cacheOf('/100x100/a.jpg'), await cacheOf('/600x600/a.jpg'), await cacheOf('/100x100/b.jpg')]).toEqual([
    tagged,
    tagged,
    'Hit',
  ]);
});

// API Reference: GetInvalidation
test('an invalidation is in progress at first, and completed seconds later', async () => {
  const { Invalidation } = await invalidate(['/x']);
  const status = async () =>
    (await local.cloudFront.send(new GetInvalidationCommand({ DistributionId: id, Id: Invalidation!.Id })))
      .Invalidation!.Status;
  expect([Invalidation!.Status, await status()]).toEqual(['InProgress', 'InProgress']);
  local.clock.advance(6_000);
  expect(await status()).toBe('Completed');
  const { InvalidationList } = await local.cloudFront.send(new ListInvalidationsCommand({ DistributionId: id }));
  expect(InvalidationList!.Items!.map((item) => item.Id)).toContain(Invalidation!.Id);
});

// API Reference: CreateInvalidation (CallerReference)
test('a repeated caller reference is the same invalidation, and cannot be used for another', async () => {
  const first = await invalidate(['/once'], 'again');
  expect((await invalidate(['/once'], 'again')).Invalidation!.Id).toBe(first.Invalidation!.Id);
  await expect(invalidate(['/twice'], 'again')).rejects.toMatchObject({ name: 'InvalidationBatchAlreadyExists' });
});

// API Reference: CreateInvalidation (errors)
test.each([[['a.jpg']], [['/a*b']], [['#']], [['#a*']], [['#a,b']], [['#a b']]])('%j is refused', async (items) => {
  await expect(invalidate(items)).rejects.toMatchObject({ name: 'InvalidArgument' });
});

// DG: cloudfront-limits
test('too many wildcards in progress are refused until some are completed', async () => {
  local.clock.advance(60_000);
  await invalidate(Array.from({ length: 15 }, (_, index) => `/folder-${index}/*`));
  await expect(invalidate(['/one-more/*'])).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' });
  local.clock.advance(6_000);
  await expect(invalidate(['/one-more/*'])).resolves.toBeDefined();
});

test('an invalidation of another distribution, and a throttled one, fail as on AWS', async () => {
  const batch = { CallerReference: 'other', Paths: { Quantity: 1, Items: ['/'] } };
  const other = new CreateInvalidationCommand({ DistributionId: 'E000', InvalidationBatch: batch });
  await expect(local.cloudFront.send(other)).rejects.toMatchObject({ name: 'NoSuchDistribution' });
  local.faults.add('cloudfront:CreateInvalidation=throttle');
  await expect(invalidate(['/'])).rejects.toMatchObject({ name: 'Throttling' });
});

/** Longer than any machine takes between two lines of a test; it passes when a test moves the clock. */
const LATENCY_MS = 600_000;

/** Resolves once a fault delays a request. */
const firstHit = (faults: Faults): Promise<void> =>
  new Promise((resolve) => {
    const match = faults.match.bind(faults);
    faults.match = (...request) => {
      const hit = match(...request);
      // The latency begins in the same step.
      if (hit) setImmediate(resolve);
      return hit;
    };
  });

test.each([
  [false, 'Hit'],
  [true, 'Miss'],
])(
  'what was on its way when it was invalidated: reached %s, so the next request is a %s',
  async (reaches, expected) => {
    const other = await run({ open: { invalidationReachesInFlight: reaches } });
    await other.put('slow.jpg', await photo(200, 150));
    other.faults.add(`s3:GetObject=latency=${LATENCY_MS},bucket=${other.buckets.originals}`);
    const held = firstHit(other.faults);
    const underWay = other.get('/100x100/slow.jpg');
    await held;
    other.distribution.invalidate('/*');
    other.clock.advance(LATENCY_MS);
    await underWay;
    expect((await other.get('/100x100/slow.jpg')).headers['x-cache']).toContain(expected);
    await other.close();
  },
);
