import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grammarOf, parseConfig } from '../../../edge/config/schema';
import { makeEager, runEager } from '../../../edge/refresh/eager';
import { printNamed } from '../../../edge/named-preset';
import type { NamedPreset } from '../../../edge/variant';
import type { EagerTask } from '../../../edge/refresh/messages';
import { type Running, photo, run } from '../../local/running';
import { synthesiseIn } from '../../stack/synthesised';

/** A bucket that is there already, with a prefix, and sizes that are made at upload. */
const CONFIG = {
  eager: ['thumb', 'profile', 'cover', '320w@2x', 'placeholder', 'info'],
  stack: { originals: { bucket: 'company-assets', prefix: 'public/' } },
};

const folder = mkdtempSync(join(tmpdir(), 'eager-'));
let local: Running;
beforeAll(async () => {
  local = await run({ cdkOut: synthesiseIn(folder, CONFIG) });
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const placeholder = grammarOf(parseConfig({})).presets.find(({ name }) => name === 'placeholder') as NamedPreset;

const SIZES = [
  '1600x400-cover-focus',
  '200x200-cover-focus',
  '400x400-cover-attention',
  '640x',
  printNamed(placeholder),
];

const EAGER = [
  ...SIZES.flatMap((size) => ['auto', 'auto.avif', 'auto.webp'].map((target) => `${size}.${target}`)),
  'info.json',
].sort();

const storedOf = (key: string) => EAGER.map((name) => `${local.generation}/${key}/${name}`);

test('an upload into an existing bucket makes the eager sizes, for every class of viewers', async () => {
  await local.put('public/a b+ü.jpg', await photo(800, 600));
  await local.settle();
  expect(await local.variants()).toEqual(storedOf('a b+ü.jpg'));
  const { headers } = await local.get('/thumb/a%20b+%C3%BC.jpg', { accept: 'image/webp' });
  expect(headers['x-resizer']).toBe('rendered');
  expect(headers['x-cache']).toBe('Hit from cloudfront');
});

test('an original whose name reads as a variant of its folder has its eager sizes, too', async () => {
  await local.put('public/photos/1920x.png', await photo(800, 600));
  await local.settle();
  expect(await local.variants()).toEqual(expect.arrayContaining(storedOf('photos/1920x.png')));
});

test('a 404 from before the upload is waited for', async () => {
  expect((await local.get('/thumb/late.jpg', { accept: '*/*' })).status).toBe(404);
  await local.put('public/late.jpg', await photo(800, 600));
  await local.settle();
  await local.settle();
  expect(await local.variants()).toEqual(expect.arrayContaining(storedOf('late.jpg')));
});

test('a 404 is asked for again until edge, regional cache and Origin Shield have all dropped it', async () => {
  const cache = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(cache, 'listening');
  const url = `http://127.0.0.1:${(cache.address() as AddressInfo).port}`;
  const sent: { attempt: number; seconds: number }[] = [];
  let task: EagerTask | undefined = { eager: 'a.jpg', attempt: 1 };
  while (task) {
    const next: EagerTask[] = [];
    await runEager(task, {
      grammar: grammarOf(parseConfig({})),
      sizes: ['thumb'],
      errorSeconds: 60,
      url: () => Promise.resolve(url),
      isComplete: () => Promise.resolve(true),
      send: (tasks, seconds) => {
        next.push(...(tasks as EagerTask[]));
        sent.push(...(tasks as EagerTask[]).map(({ attempt }) => ({ attempt, seconds })));
        return Promise.resolve([]);
      },
      log: () => undefined,
    });
    task = next[0];
  }
  await new Promise((resolve) => cache.close(resolve));
  expect(sent.reduce((sum, { seconds }) => sum + seconds, 0)).toBeGreaterThanOrEqual(3 * 60);
  expect(sent.length).toBeLessThan(10);
});

test('objects outside the prefix are neither rendered nor served', async () => {
  const logged = local.logged.length;
  await local.put('private/a.jpg', await photo(80, 60));
  await local.put('publicity/a.jpg', await photo(80, 60));
  await local.settle();
  expect(local.logged.slice(logged).filter((line) => line.includes('refreshed'))).toEqual([]);
  for (const path of ['/thumb/private/a.jpg', '/thumb/../private/a.jpg', '/thumb/%2e%2e/private/a.jpg']) {
    expect([400, 404]).toContain((await local.get(path)).status);
  }
});

test('a request that a web ACL blocks is retried, not taken for a refusal', async () => {
  const wall = createServer((_, response) => response.writeHead(403).end()).listen(0, '127.0.0.1');
  await once(wall, 'listening');
  const url = `http://127.0.0.1:${(wall.address() as AddressInfo).port}`;
  await expect(makeEager(url, grammarOf(parseConfig({})), ['thumb'], 'a.jpg')).rejects.toThrow('answered with 403');
  await new Promise((resolve) => wall.close(resolve));
});

test.each([
  [404, {}, true],
  [415, { age: '12' }, true],
  [415, {}, false],
  [200, { age: '12' }, false],
])(
  'whether a %i with %j is asked for again, since it may be from before the upload: %s',
  async (status, headers, again) => {
    const server = createServer((_, response) => response.writeHead(status, headers).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await makeEager(url, grammarOf(parseConfig({})), ['thumb'], 'a.jpg')).toBe(again);
    await new Promise((resolve) => server.close(resolve));
  },
);

test('an original that is no image has no eager sizes, and is not tried again and again', async () => {
  await local.put('public/notes.txt', 'no image');
  await local.settle();
  const again = local.logged.filter((line) => line.includes('"eager":"notes.txt"'));
  expect(again).toHaveLength(1);
  expect([...local.events.queues.values()].map((queue) => queue.depth())).toEqual(
    [...local.events.queues.values()].map(() => expect.objectContaining({ visible: 0 })),
  );
});
