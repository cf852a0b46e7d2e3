import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { purge as main } from '../../scripts/purge';
import { setFocus } from '../../scripts/focus/set-focus';
import { originalsBelow } from '../../scripts/purge/keys';
import { purgeOldGenerations } from '../../scripts/purge/old-generations';
import { type Target, targetOf } from '../../scripts/purge/places';
import { type ReconcileOptions, reconcile } from '../../scripts/purge/reconcile';
import type { StackParameter } from '../../edge/stack-parameter';
import { type Running, photo, run } from '../local/running';
import { hasCacheTags } from '../planned';
import { execute, start } from './command';

const before = { ...process.env };

let local: Running;
let target: Target;
beforeAll(async () => {
  local = await run();
  // As a shell does that has read the file that `npm start` names.
  Object.assign(process.env, local.environment);
  target = await targetOf('ImageResizer');
});
afterAll(async () => {
  await local.close();
  process.env = before;
});

const options: ReconcileOptions = {
  force: false,
  dryRun: false,
  wait: async () => undefined,
  onProgress: () => undefined,
};

const keyOf = (key: string) => `${local.generation}/${key}/100x100-cover-focus.auto`;
const cacheOf = async (key: string) => (await local.get(`/100x100/${key}`)).headers['x-cache']!.split(' ')[0];

/** Stores and caches a variant; a stale one says that it was made from something else. */
async function variantOf(key: string, { stale = false } = {}): Promise<void> {
  await local.put(key, await photo(120, 90));
  await local.settled();
  await local.get(`/100x100/${key}`);
  if (!stale) return;
  const Key = keyOf(key);
  const Metadata = { 'original-etag': 'old', 'cache-tag': 'tag' };
  await local.client.send(new PutObjectCommand({ Bucket: local.buckets.variants, Key, Metadata, Body: 'old' }));
}

/** `npm run purge` without a process of its own. */
async function purge(args: string[], environment: Record<string, string> = {}) {
  const { code, stdout, stderr } = await execute(main, args, { ...local.environment, ...environment });
  return { code, output: stdout + stderr };
}

test('stale variants are deleted, fresh ones stay, and what the CDN holds of both is invalidated', async () => {
  await variantOf('fresh.jpg');
  await variantOf('dir/stale.jpg', { stale: true });
  const { failures, ...result } = await reconcile(target, ['fresh.jpg', 'dir/stale.jpg'], options);
  const invalidated = hasCacheTags ? { items: 2 } : { items: 1, everything: 'no cache tags' };
  expect([result, failures.size]).toEqual([{ originals: 2, variants: 2, stale: 1, unknown: [], ...invalidated }, 0]);
  expect(await local.variants()).toEqual([keyOf('fresh.jpg')]);
  expect([await cacheOf('fresh.jpg'), await cacheOf('dir/stale.jpg')]).toEqual(['Miss', 'Miss']);
});

test('an original whose name reads as a variant of its folder is purged as any other', async () => {
  await local.put('photos/1920x.png', await photo(120, 90));
  await local.settled();
  const path = '/photos/1920x.png?size=100x100';
  expect((await local.get(path)).status).toBe(200);
  expect(await local.variants()).toContain(keyOf('photos/1920x.png'));
  expect(await originalsBelow(target, 'photos/', () => undefined)).toEqual(['photos/1920x.png']);
  await reconcile(target, ['photos/1920x.png'], { ...options, force: true });
  expect(await local.variants()).not.toContain(keyOf('photos/1920x.png'));
  expect((await local.get(path)).headers['x-cache']).toMatch(/^Miss/);
});

test('a variant of a render that was under way is found by the second pass', async () => {
  await variantOf('again.jpg');
  let waits = 0;
  const wait = async () => {
    if (waits++ === 0) await variantOf('again.jpg', { stale: true });
  };
  await reconcile(target, ['again.jpg'], { ...options, wait });
  expect(waits).toBe(2);
  expect(await local.variants()).not.toContain(keyOf('again.jpg'));
});

test('the facts about a picture are purged with it, and alone when only they are stale', async () => {
  const facts = `${local.generation}/facts.jpg/info.json`;
  await variantOf('facts.jpg');
  await local.get('/facts.jpg?format=json');
  expect(await local.variants()).toContain(facts);
  const Metadata = { 'original-etag': 'old', 'cache-tag': 'tag' };
  await local.client.send(new PutObjectCommand({ Bucket: local.buckets.variants, Key: facts, Metadata, Body: '{}' }));
  expect(await reconcile(target, ['facts.jpg'], options)).toMatchObject({ variants: 2, stale: 1 });
  expect((await local.variants()).filter((key) => key.includes('/facts.jpg/'))).toEqual([keyOf('facts.jpg')]);
  await local.get('/facts.jpg?format=json');
  expect(await reconcile(target, ['facts.jpg'], { ...options, force: true })).toMatchObject({ variants: 2, stale: 2 });
});

test('a variant of another focal point is stale, though the ETag is the same', async () => {
  await variantOf('moved.jpg');
  await setFocus(local.client, local.buckets.originals, 'moved.jpg', { x: 0, y: 0 });
  expect(await reconcile(target, ['moved.jpg'], options)).toMatchObject({ variants: 1, stale: 1 });
});

test('with force, fresh variants are deleted, too', async () => {
  await variantOf('forced.jpg');
  await reconcile(target, ['forced.jpg'], { ...options, force: true });
  expect(await local.variants()).not.toContain(keyOf('forced.jpg'));
  expect(await cacheOf('forced.jpg')).toBe('Miss');
});

test('a prefix takes in what only variants are left of, and what has no variants', async () => {
  await local.put('folder/none.jpg', 'no variants');
  await local.put('folders.jpg', 'another');
  const Key = keyOf('folder/sub/gone.jpg');
  await local.client.send(new PutObjectCommand({ Bucket: local.buckets.variants, Key, Body: 'left over' }));
  const found = await originalsBelow(target, 'folder/', () => undefined);
  expect(found.sort()).toEqual(['folder/none.jpg', 'folder/sub/gone.jpg']);
  await reconcile(target, found, options);
  expect(await local.variants()).not.toContain(Key);
});

test('old generations are deleted; the current one and whatever is none stay', async () => {
  await variantOf('stays.jpg');
  const old = ['00000000/a.jpg/320x.auto', '11111111/b/c.jpg/x480.auto', 'ffffffff/', 'ffffffff//'];
  const odd = [
    'at the root',
    // Each begins as the current generation does.
    ...Array.from({ length: local.generation.length }, (_, index) => local.generation.slice(0, index + 1)),
    `${local.generation}0/a.jpg/320x.auto`,
    `${local.generation.toUpperCase()}X/a.jpg`,
    '/',
    '//',
    `/${local.generation}/a.jpg`,
    '0000000/a.jpg',
    '000000000/a.jpg',
    '0000000G/a.jpg',
    'ABCDEF01/a.jpg',
    '00000000\n/a.jpg',
    '\n00000000/a.jpg',
    '٠٠٠٠٠٠٠٠/a.jpg',
    '00000000',
    '../00000000/a.jpg',
  ];
  const present = await local.variants();
  for (const Key of [...old, ...odd]) {
    await local.client.send(new PutObjectCommand({ Bucket: local.buckets.variants, Key, Body: 'old' }));
  }
  const all = await local.variants();
  expect(await purgeOldGenerations(target, { dryRun: true, onProgress: () => undefined })).toBe(old.length);
  expect(await local.variants()).toEqual(all);
  expect(await purgeOldGenerations(target, { dryRun: false, onProgress: () => undefined })).toBe(old.length);
  expect(await local.variants()).toEqual([...present, ...odd].sort());
  expect(present).toContain(keyOf('stays.jpg'));
});

const NO_TAGS = 'everything, since the plan of the distribution has no cache tags';
const ONE_ITEM = hasCacheTags ? '1 item' : NO_TAGS;

describe('where the plan has no cache tags', () => {
  let value: string;
  beforeAll(() => {
    const parameter = local.deployment.parameters[0]!;
    value = parameter.value;
    parameter.value = JSON.stringify({ ...(JSON.parse(value) as StackParameter), hasCacheTags: false });
  });
  afterAll(() => {
    local.deployment.parameters[0]!.value = value;
  });

  test('one original costs everything that the CDN holds, and purge says so before', async () => {
    await variantOf('untagged.jpg', { stale: true });
    await variantOf('beside.jpg');
    expect(await cacheOf('beside.jpg')).toBe('Hit');
    expect(await purge(['untagged.jpg', '--dry-run'])).toEqual({
      code: 0,
      output: `1 original: Would delete 1 of 1 variant, would invalidate ${NO_TAGS}.\n`,
    });
    expect(await cacheOf('beside.jpg')).toBe('Hit');
    await reconcile(await targetOf('ImageResizer'), ['untagged.jpg'], options);
    expect([await cacheOf('untagged.jpg'), await cacheOf('beside.jpg')]).toEqual(['Miss', 'Miss']);
    // Only what was stale is made again.
    expect((await local.get('/100x100/beside.jpg')).headers['x-resizer']).toBeUndefined();
  });
});

test('more originals than there are items for cost everything, too, and purge says why', async () => {
  const keys = Array.from({ length: 101 }, (_, index) => `many-${index}.jpg`);
  const { output } = await purge([...keys, '--dry-run']);
  const why = hasCacheTags ? 'there are more than 100 originals' : 'the plan of the distribution has no cache tags';
  expect(output).toContain(`would invalidate everything, since ${why}.`);
});

test('a dry run on the command line says what would be done, and does nothing', async () => {
  await variantOf('dry.jpg', { stale: true });
  expect(await purge(['dry.jpg', '--dry-run'])).toEqual({
    code: 0,
    output: `1 original: Would delete 1 of 1 variant, would invalidate ${ONE_ITEM}.\n`,
  });
  expect(await local.variants()).toContain(keyOf('dry.jpg'));
  expect(await cacheOf('dry.jpg')).toBe('Hit');
});

test.each([
  [[], 'Give either keys, --prefix, --all or --old-generations.\n'],
  [['a.jpg', '--all'], 'Give either keys, --prefix, --all or --old-generations.\n'],
  [['a.jpg', '--old-generations'], 'Give either keys, --prefix, --all or --old-generations.\n'],
  [['--old-generations', '--force'], '--old-generations can only be combined with --dry-run and --stack.\n'],
  [['--prefix', ''], 'An empty --prefix would mean all originals. Use --all for that.\n'],
  [
    ['/320w/a.jpg'],
    '"/320w/a.jpg" is not a key. A key has 1 to 1024 bytes, no control characters and no leading slash.\n',
  ],
  [['a\nb'], '"a\\nb" is not a key. A key has 1 to 1024 bytes, no control characters and no leading slash.\n'],
  [['--nonsense'], "unknown option '--nonsense'\n"],
])('%j is one clear line and exit code 2', async (args, output) => {
  expect(await purge(args)).toEqual({ code: 2, output });
});

test('a reader who has left is no error', async () => {
  const started = start('purge', ['--all', '--dry-run']);
  started.leave();
  expect(await started.finished).toMatchObject({ code: 0, stderr: '' });
});

test('a key without original and variants is reported as such', async () => {
  expect(await purge(['nothing.jpg', '--dry-run'])).toEqual({
    code: 0,
    output: `1 original: Would delete 0 of 0 variants, would invalidate ${ONE_ITEM}.\nnothing.jpg: there is neither an original nor a variant.\n`,
  });
});

test('a key without original and variants is not waited for, and what the CDN may hold of it is invalidated', async () => {
  // An earlier purge has deleted its variants, and could not invalidate what the CDN holds of them.
  await variantOf('was.jpg');
  const removed = (Bucket: string, Key: string) => local.client.send(new DeleteObjectCommand({ Bucket, Key }));
  await removed(local.buckets.variants, keyOf('was.jpg'));
  local.faults.add('cloudfront:CreateInvalidation=503');
  await removed(local.buckets.originals, 'was.jpg');
  expect(await cacheOf('was.jpg')).toBe('Hit');
  local.faults.clear();
  const result = await purge(['was.jpg']);
  expect(result.code).toBe(0);
  const done = `1 original: Deleted 0 of 0 variants, invalidated ${ONE_ITEM}.\n`;
  expect(result.output.startsWith(`${done}was.jpg: there is neither`)).toBe(true);
  expect((await local.get('/100x100/was.jpg')).status).toBe(404);
});

test('an invalidation that fails says what has been done, and what to do', async () => {
  await variantOf('half.jpg', { stale: true });
  const { code, output } = await purge(['half.jpg'], { AWS_ENDPOINT_URL_CLOUDFRONT: 'http://127.0.0.1:9' });
  expect(code).toBe(1);
  expect(output).toMatch(
    /^CloudFront refused the invalidation: .*Run the same command again; what is deleted stays deleted\.\n$/,
  );
  expect(await local.variants()).not.toContain(keyOf('half.jpg'));
});
