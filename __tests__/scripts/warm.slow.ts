import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { GRAMMAR_DEFAULTS } from '../../edge/config/grammar-defaults';
import { warm as main } from '../../scripts/warm';
import type { Summary } from '../../scripts/warm/summary';
import { type Running, noisePng, photo, run } from '../local/running';
import { capture, command, execute, start } from './command';
import { type RecordingProxy, accessLog, recordingProxy } from './recording-proxy';
import { onScreen } from './screen';

let local: Running;
let folder: string;
const ORIGINALS = 4;
/** Of two sizes, for two classes of viewers. */
const REQUESTS = ORIGINALS * 4;
const KEYS = Array.from({ length: ORIGINALS }, (_, number) => `photos/${number} +ü.jpg`);

const before = { ...process.env };
beforeAll(async () => {
  local = await run();
  Object.assign(process.env, local.environment);
  const image = await photo(96, 64);
  for (const key of KEYS) await local.put(key, image);
  // A later pass of the refresh would invalidate what was made meanwhile.
  await local.settle();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'warm-'));
  for (const Key of await local.variants()) {
    await local.client.send(new DeleteObjectCommand({ Bucket: local.buckets.variants, Key }));
  }
  local.distribution.invalidate('/*');
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  process.env = before;
  await local.close();
});

const file = (name: string, text: string | Buffer): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const keysFile = (keys = KEYS) => file('keys.txt', `${keys.join('\n')}\n`);

const failures = () => join(folder, 'failures.tsv');

const withFailures = (args: string[]) => (args.includes('--failures') ? args : ['--failures', failures(), ...args]);

/** `npm run warm` without a process of its own. */
const warm = (args: string[], { input = '' } = {}) => execute(main, withFailures(args), {}, capture(input));

async function summaryOf(args: string[]): Promise<Summary & { code: number | null }> {
  const { stdout, code } = await warm(['--json', ...args]);
  return { ...(JSON.parse(stdout) as Summary), code };
}

const ARGS = ['--sizes', '100x100,320w'];

test('a cold run renders what is listed, a second one finds it cached, and a third one stored', async () => {
  const args = [local.url, '--keys', `s3://${local.buckets.originals}/photos/`, ...ARGS];
  const cold = await summaryOf(args);
  expect(cold).toMatchObject({ code: 0, stopped: null, rendered: REQUESTS, stored: 0, cached: 0, failed: {} });
  expect(cold.bytes).toBeGreaterThan(REQUESTS * 100);
  expect(cold.missMilliseconds.p95).toBeGreaterThanOrEqual(cold.missMilliseconds.p50!);
  expect(await local.variants()).toHaveLength(REQUESTS);
  const none = { p50: null, p95: null };
  expect(await summaryOf(args)).toMatchObject({ code: 0, rendered: 0, cached: REQUESTS, missMilliseconds: none });
  local.distribution.invalidate('/*');
  expect(await summaryOf(args)).toMatchObject({ code: 0, rendered: 0, stored: REQUESTS, cached: 0 });
  expect(existsSync(failures())).toBe(false);
});

test('what a bucket holds beside images is counted, and is no failure; in a list of images it is one', async () => {
  const notes = Array.from({ length: 2 }, (_, number) => `mixed/notes ${number}.txt`);
  for (const key of notes) await local.put(key, 'no image');
  await local.put('mixed/a.jpg', await photo(96, 64));
  await local.settle();
  const mixed = [local.url, '--keys', `s3://${local.buckets.originals}/mixed/`, ...ARGS];
  expect(await summaryOf(mixed)).toMatchObject({ code: 0, rendered: 4, noImages: 2, failed: {} });
  expect(existsSync(failures())).toBe(false);
  expect((await warm(mixed)).stdout).toMatch(/no images in the bucket +│ +2 │/);
  expect(await summaryOf([local.url, '--keys', keysFile(notes), ...ARGS])).toMatchObject({
    code: 1,
    noImages: 0,
    failed: { '415 UNSUPPORTED': 8 },
  });
});

describe('with what goes by written down', () => {
  let proxy: RecordingProxy;
  afterEach(() => proxy.close());
  const paths = () => proxy.seen.map(({ path }) => path);

  test('requests are real ones: of the browsers of each class, for the right variants, and no more at once than said', async () => {
    proxy = await recordingProxy(local.url);
    const { code } = await warm([
      proxy.url,
      '--keys',
      keysFile(),
      ...ARGS,
      '--accept',
      'auto.avif,auto',
      '--concurrency',
      '3',
    ]);
    expect(code).toBe(0);
    const asked = new Set(
      proxy.seen.map(({ path, accept }) => `${path.replace(/^.*\//, '')} ${accept.includes('avif')}`),
    );
    expect(asked).toEqual(
      new Set([
        '100x100-cover-focus.auto.avif true',
        '100x100-cover-focus.auto false',
        '320x.auto.avif true',
        '320x.auto false',
      ]),
    );
    expect(proxy.seen).toHaveLength(REQUESTS);
    expect(proxy.mostAtOnce).toBe(3);
  });

  test('three of ten requests refused end with no failure', async () => {
    let count = 0;
    proxy = await recordingProxy(local.url, () => (count += 1) % 10 < 3);
    const summary = await summaryOf([proxy.url, '--keys', keysFile(), ...ARGS]);
    expect(summary).toMatchObject({ code: 0, rendered: REQUESTS, failed: {} });
    expect(summary.retries).toBe(proxy.seen.filter(({ status }) => status === 503).length);
    expect(summary.retries).toBeGreaterThan(5);
  });

  test('a request that times out is retried', async () => {
    let count = 0;
    proxy = await recordingProxy(local.url, () => (count += 1) <= 2 && 'hangs');
    const args = ['--keys', keysFile(KEYS.slice(0, 2)), ...ARGS];
    // A render may take long on a loaded machine; what is cached does not.
    expect(await summaryOf([local.url, ...args])).toMatchObject({ code: 0, rendered: 8 });
    const summary = await summaryOf([proxy.url, ...args, '--timeout', '5']);
    expect(summary).toMatchObject({ code: 0, cached: 8, retries: 2, failed: {} });
  });

  test('a variant too large for a function is followed to where it is stored', async () => {
    proxy = await recordingProxy(local.url);
    await local.put('noise.png', await noisePng(0, 1_900, 1_500));
    const summary = await summaryOf([
      proxy.url,
      '--keys',
      keysFile(['noise.png']),
      '--sizes',
      'full',
      '--accept',
      'auto',
    ]);
    expect(summary).toMatchObject({ code: 0, rendered: 1, failed: {} });
    expect(summary.bytes).toBeGreaterThan(1_000_000);
    expect(proxy.seen.map(({ status }) => status)).toEqual([302, 200]);
  });

  test('when most requests fail, the run stops, and says which', async () => {
    proxy = await recordingProxy(local.url, () => true);
    const many = Array.from({ length: 500 }, (_, number) => `${number}.jpg`);
    const { code, stdout, stderr } = await warm([
      proxy.url,
      '--json',
      '--keys',
      keysFile(many),
      ...ARGS,
      '--concurrency',
      '40',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('Stopped early: most requests fail.');
    expect((JSON.parse(stdout) as Summary).stopped).toBe('most requests fail');
    expect(proxy.seen.length).toBeLessThan(150);
  });

  test('after Ctrl-C in the middle, a run with the same journal repeats no request and loses none', async () => {
    proxy = await recordingProxy(local.url);
    // Its header was torn off.
    const journal = file('journal', 'warm htt');
    const args = [proxy.url, '--json', '--keys', keysFile(), ...ARGS, '--journal', journal, '--concurrency', '2'];
    const first = start('warm', ['--failures', failures(), ...args], local.environment);
    while (proxy.seen.length < 6) await sleep(5);
    first.interrupt();
    const { code, stdout, stderr } = await first.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopped early: interrupted.');
    const interrupted = JSON.parse(stdout) as Summary;
    expect(interrupted).toMatchObject({ stopped: 'interrupted', failed: {} });
    expect(interrupted.rendered).toBe(proxy.seen.length);
    expect(proxy.seen.length).toBeLessThan(REQUESTS);

    // As a machine that lost its power leaves it.
    appendFileSync(journal, '/photos/0%20%2B');
    const rest = await summaryOf(args);
    expect(rest).toMatchObject({ code: 0, skipped: interrupted.rendered, rendered: REQUESTS - interrupted.rendered });
    expect(new Set(paths()).size).toBe(REQUESTS);
    expect(paths()).toHaveLength(REQUESTS);
    expect(await summaryOf(args)).toMatchObject({ code: 0, skipped: REQUESTS, rendered: 0, cached: 0 });
  });

  test('on a terminal, Ctrl-C leaves a screen on which every line is of one thing', async () => {
    proxy = await recordingProxy(local.url);
    const args = ['--failures', failures(), '--keys', keysFile(), ...ARGS, '--concurrency', '2'];
    const screen = onScreen('warm', [proxy.url, ...args], { columns: 72, environment: local.environment });
    try {
      await screen.until((shown) => /\d+ of 16, .* [1-9]\d* misses/.test(shown));
      screen.type('\x03');
      expect(await screen.finished).toBe(130);
    } finally {
      screen.kill();
    }
    // The bar was there, and is gone.
    expect(screen.written()).toContain('░');
    const [stopping, ...rest] = screen.lines();
    expect(stopping).toBe('Stopping after the requests in progress; Ctrl-C again ends at once.');
    expect(rest.at(-1)).toBe('Stopped early: interrupted.');
    for (const line of rest.slice(0, -1)) expect(line).toMatch(/^[┌├│└].*[┐┤│┘]$/);
  });

  test.each(['tabs', 'json'] as const)(
    'the sizes that viewers ask for most are found in their logs, %s',
    async (form) => {
      proxy = await recordingProxy(local.url);
      const visit = async (path: string, times: number) => {
        for (let time = 0; time < times; time++) await (await fetch(proxy.url + path)).arrayBuffer();
      };
      await visit('/640w/photos/1%20%2B%C3%BC.jpg', 5);
      await visit('/photos/2%20%2B%C3%BC.jpg?W=640', 4);
      await visit('/photos/100x100/3%20%2B%C3%BC.jpg', 6);
      await visit('/photos/1%20%2B%C3%BC.jpg?size=thumb', 3);
      await visit('/641w/photos/1.jpg', 20);
      const log = accessLog(proxy.seen, form);
      const logs = join(folder, 'logs', '2026');
      mkdirSync(logs, { recursive: true });
      writeFileSync(join(logs, 'E1.gz'), gzipSync(log));
      // Its end has not arrived yet.
      writeFileSync(join(logs, 'E0.gz'), gzipSync(log.repeat(9)).subarray(0, 40));
      await local.client.send(
        new PutObjectCommand({ Bucket: local.buckets.originals, Key: 'logs/E1.gz', Body: gzipSync(log) }),
      );

      proxy.seen.length = 0;
      const top = await warm([
        proxy.url,
        '--keys',
        keysFile(KEYS.slice(0, 2)),
        '--logs',
        join(folder, 'logs'),
        '--top',
        '2',
        '--accept',
        'auto',
      ]);
      expect(top.code).toBe(0);
      expect(new Set(paths().map((path) => path.replace(/^.*\//, '')))).toEqual(
        new Set(['640x.auto', '100x100-cover-focus.auto']),
      );
      expect(proxy.seen).toHaveLength(4);

      proxy.seen.length = 0;
      const urls = await warm([
        proxy.url,
        '--logs',
        `s3://${local.buckets.originals}/logs/`,
        '--top-urls',
        '2',
        '--accept',
        'auto',
      ]);
      expect(urls.code).toBe(0);
      expect(paths().sort()).toEqual([
        '/photos/1%20%2B%C3%BC.jpg/640x.auto',
        '/photos/3%20%2B%C3%BC.jpg/100x100-cover-focus.auto',
      ]);
    },
  );
});

describe('keys', () => {
  const requested = async (keys: string, input?: string) => {
    const { stdout, stderr, code } = await warm(
      [local.url, '--keys', keys, '--sizes', '320w', '--dry-run', '--json', '--host', 'img.example.com'],
      input === undefined ? {} : { input },
    );
    return { ...(JSON.parse(stdout) as { requests: number }), stderr, code };
  };

  test('come from standard input', async () => {
    expect(await requested('-', 'a.jpg\r\nb.jpg\n\na.jpg')).toMatchObject({ code: 0, requests: 4, stderr: '' });
  });

  test('may read as variants of their folder: in a list, and with a size in the query of a page', async () => {
    await local.put('shots/1920x.png', await photo(96, 64));
    await local.put('shots/640x.webp', await photo(96, 64));
    await local.settle();
    const page = file('page.html', '<img src="https://img.example.com/shots/640x.webp?w=640">');
    for (const keys of [page, file('keys.txt', 'shots/1920x.png')]) {
      const args = ['--keys', keys, '--sizes', '320w', '--accept', 'auto', '--host', 'img.example.com'];
      expect(await summaryOf([local.url, ...args])).toMatchObject({ code: 0, rendered: 1, failed: {} });
    }
    expect(await local.variants()).toEqual(
      ['shots/1920x.png', 'shots/640x.webp'].map((key) => `${local.generation}/${key}/320x.auto`),
    );
  });

  test('come from a page, by what its images show, each original once', async () => {
    const page = `<!doctype html><img src="https://img.example.com/640w/a.jpg" srcset="https://img.example.com/320w/a.jpg 1x, https://img.example.com/b.jpg?W=640 2x, https://img.example.com/e.jpg?W=641 3x">
      <picture><source srcset="/thumb/c.jpg"><img src="data:image/gif;base64,AAAA"></picture><img src="https://elsewhere.example.com/d.jpg">`;
    expect(await requested(file('page.html', page))).toMatchObject({
      code: 0,
      requests: 6,
      stderr: expect.stringMatching(/^2 images were left out: they are on other hosts/),
    });
  });

  test('come from a sitemap, and from the pages that it names', async () => {
    const server = createServer((request, response) => {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const bodies: Record<string, string> = {
        '/index.xml': `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${base}/map.xml</loc></sitemap><sitemap><loc>${base}/none.xml</loc></sitemap></sitemapindex>`,
        '/map.xml': `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>${base}/page</loc><image:image><image:loc>https://img.example.com/a.jpg</image:loc></image:image></url></urlset>`,
        '/page': '<html><img src="https://img.example.com/100x100/b.jpg"></html>',
      };
      response.statusCode = bodies[request.url!] === undefined ? 404 : 200;
      response.end(bodies[request.url!]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const found = await requested(`http://127.0.0.1:${port}/index.xml`);
    server.close();
    expect(found).toMatchObject({
      code: 1,
      requests: 4,
      failed: { UNREADABLE: 1 },
      stderr: expect.stringContaining('none.xml cannot be read: HTTP 404.'),
    });
  });

  test('that are sought on pages that cannot be read are counted as failures, once', async () => {
    const bodies = new Map([
      ['/page', '<img src="https://IMG.example.com/640w/no.jpg"><img src="//elsewhere.example/a.jpg">'],
    ]);
    const asked: string[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url!);
      response.statusCode = url === '/loop' ? 302 : bodies.has(url!) ? 200 : 404;
      if (url === '/loop') response.setHeader('location', url);
      response.end(bodies.get(url!));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const locs = ['map.xml', 'page', 'page', 'none', 'loop'].map(
      (name) => `<sitemap><loc>${base}/${name}</loc></sitemap>`,
    );
    bodies.set('/map.xml', `<sitemapindex>${locs.join('')}</sitemapindex>`);
    const args = ['--sizes', '320w', '--accept', 'auto', '--host', 'Img.Example.com', '--json'];
    const { code, stdout, stderr } = await warm([local.url, '--keys', `${base}/map.xml`, ...args]);
    server.close();
    expect((JSON.parse(stdout) as Summary).failed).toEqual({ UNREADABLE: 2, '404 NOT_FOUND': 1 });
    expect(code).toBe(1);
    expect(stderr).toContain('loop cannot be read: redirect count exceeded.');
    expect(stderr).toMatch(/^1 images were left out: they are on other hosts/m);
    expect(readFileSync(failures(), 'utf8')).toContain(`0\tUNREADABLE\t${base}/none\n`);
    expect(asked.filter((url) => url !== '/loop')).toEqual(['/map.xml', '/page', '/none']);
  });

  test('that are broken lines are counted as failures, and the others go on', async () => {
    const keys = file(
      'keys.txt',
      Buffer.concat([
        Buffer.from(`${KEYS[0]}\ncaf`),
        Buffer.from([0xe9]),
        Buffer.from(`\n${'x'.repeat(1e6)}\n${KEYS[1]}`),
      ]),
    );
    const args = ['--sizes', '320w', '--accept', 'auto'];
    expect(await summaryOf([local.url, '--keys', keys, ...args])).toMatchObject({
      code: 1,
      stopped: null,
      rendered: 2,
      failed: { '400 NO_UTF8': 1, '400 TOO_LONG': 1 },
    });
    expect(readFileSync(failures(), 'utf8')).toBe(`400\tNO_UTF8\t${keys}, line 2\n400\tTOO_LONG\t${keys}, line 3\n`);
  });

  test('that break off in the middle are said to, by line', async () => {
    const map = file('map.xml', `<urlset>\n<url><loc>${local.url}/320w/no.jpg</loc></url>\n<url>`);
    const { code, stdout, stderr } = await warm([local.url, '--json', '--keys', map, '--sizes', '320w']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      stopped: expect.stringContaining('map.xml cannot be read: it is not XML: line 3'),
      failed: { '404 NOT_FOUND': 2 },
    });
    expect(stderr).toContain('map.xml cannot be read: it is not XML: line 3');
  });

  test('a list of failures that cannot be written ends the run, which says so', async () => {
    const args = [local.url, '--keys', keysFile(['no such.jpg', 'nor this.jpg']), '--sizes', '320w'];
    const { code, stderr } = await warm([...args, '--failures', '/dev/full']);
    expect(code).toBe(1);
    expect(stderr).toContain("Stopped early: Failures cannot be listed in '/dev/full': the disk is full.\n");
  });

  test('that no URL can name, and originals that are missing, are listed with what is wrong', async () => {
    const { code, stdout } = await warm([
      local.url,
      '--json',
      '--keys',
      keysFile(['a/../b.jpg', 'no such.jpg']),
      '--sizes',
      '320w',
      '--accept',
      'auto',
    ]);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Summary).failed).toEqual({ '400 BAD_PATH': 1, '404 NOT_FOUND': 1 });
    expect(readFileSync(failures(), 'utf8')).toBe(
      `400\tBAD_PATH\ta/../b.jpg\n404\tNOT_FOUND\t${local.url}/no%20such.jpg/320x.auto\n`,
    );
  });
});

test('the facts about a picture are warmed once, and the placeholder for each class of viewers', async () => {
  const summary = await summaryOf([local.url, '--keys', keysFile(KEYS.slice(0, 1)), '--sizes', 'info,placeholder']);
  expect(summary).toMatchObject({ code: 0, rendered: 3, failed: {} });
  expect((await local.variants()).filter((key) => key.endsWith('/info.json'))).toHaveLength(1);
});

test('all sizes and presets are what is warmed by default, and the facts', async () => {
  const { stdout } = await warm([local.url, '--keys', keysFile(KEYS.slice(0, 1)), '--dry-run', '--json']);
  const { sizes, presets } = GRAMMAR_DEFAULTS;
  // The size of the preset with a gravity of its own is one without it, too.
  const named = sizes.length + Object.keys(presets).length + 1;
  expect(JSON.parse(stdout)).toMatchObject({ requests: 2 * named + 1 });
});

test('a dry run says what there is to do and what it costs at most, and makes no request', async () => {
  const { stdout, code } = await warm([local.url, '--keys', keysFile(), '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ requests, as many renders at most: \$\d+\.\d\d at most\.\nAssumed: .*aws\.amazon\.com/);
  expect(await local.variants()).toEqual([]);
});

test('without a terminal and --json, standard output is a table', async () => {
  const { stdout, code } = await warm([local.url, '--keys', keysFile(KEYS.slice(0, 1)), ...ARGS]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/rendered +│ +4 │/);
});

describe('bad usage is one sentence, with exit code 2', () => {
  const SENTENCES: [what: string, args: string[], said: string][] = [
    ['no URL', ['nonsense', '--keys', '-'], 'nonsense is not a URL'],
    ['no originals', ['LOCAL'], 'Give the originals with --keys.'],
    ['no key at all', ['LOCAL', '--keys', '-'], 'Standard input has no keys.'],
    ['a file that is not there', ['LOCAL', '--keys', '/no/such/file'], '/no/such/file cannot be read'],
    ['a bucket that is not there', ['LOCAL', '--keys', 's3://no-such-bucket/'], 'there is no such bucket'],
    ['a size that is not listed', ['LOCAL', '--keys', '-', '--sizes', '321w'], 'The size 321w is refused'],
    ['no such class', ['LOCAL', '--keys', '-', '--accept', 'auto.jxl'], "'auto.jxl' is not a class of viewers"],
    ['logs without a number', ['LOCAL', '--keys', '-', '--logs', '.'], '--top N or --top-urls N'],
    ['sizes and logs', ['LOCAL', '--keys', '-', '--sizes', 'all', '--logs', '.', '--top', '1'], 'not both'],
    ['nothing that listens', ['http://127.0.0.1:9', '--keys', '-'], 'cannot be reached'],
    ['a number that is none', ['LOCAL', '--concurrency', '0'], 'above 0'],
    [
      'a list of failures that cannot be',
      ['LOCAL', '--keys', 'KEYS', '--failures', '/no/such/folder/x'],
      'cannot be listed',
    ],
    ['a journal that is no file', ['LOCAL', '--keys', '-', '--journal', '/dev/null'], 'it is not a file'],
    ['keys that are no text', ['LOCAL', '--keys', 'NO_TEXT'], 'it is not text'],
    ['a key that is a whole URL', ['LOCAL', '--keys', 'URLS'], 'line 2 is a URL, not a key: https://a.example/b.jpg.'],
    ['no such option', ['LOCAL', '--nonsense'], "unknown option '--nonsense'"],
  ];
  const PLACES: Record<string, () => string> = {
    LOCAL: () => local.url,
    KEYS: () => keysFile(),
    NO_TEXT: () => file('utf16.txt', Buffer.from('a.jpg', 'utf16le')),
    URLS: () => file('urls.txt', '  \nhttps://a.example/b.jpg\n'),
  };
  test.each(SENTENCES)('%s', async (_, args, said) => {
    const { code, stderr, stdout } = await warm(
      args.map((arg) => PLACES[arg]?.() ?? arg),
      { input: '' },
    );
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('options that are most likely a slip', async () => {
    const slips: [args: string[], said: string][] = [
      [['--host', '--dry-run'], "'--dry-run' is invalid. This is another option: the value is missing."],
      [['--keys', 'a', '--keys', 'b'], "'b' is invalid. Give it only once."],
      ...['https://a.example', '-a.example', 'a.example/b'].map((host): [string[], string] => [
        ['--host', host],
        'Expected a name such as img.example.com.',
      ]),
    ];
    const runs = await Promise.all(
      slips.map(([args]) => warm([local.url, '--keys', '-', ...args].slice(args[0] === '--keys' ? 2 : 0))),
    );
    expect(runs.map(({ code, stderr }, index) => [code, stderr.includes(slips[index]![1])])).toEqual(
      slips.map(() => [2, true]),
    );
  });

  test('somebody else’s distribution', async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await warm([`http://127.0.0.1:${port}`, '--keys', '-'], { input: '' });
    server.close();
    expect(stderr).toContain('is not a distribution of this project');
    expect(code).toBe(2);
  });

  test('no credentials', async () => {
    const environment = {
      ...local.environment,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_PROFILE: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
    };
    const args = withFailures([local.url, '--keys', 's3://some-bucket/']);
    const { code, stderr } = await command('warm', args, environment);
    expect(stderr).toContain('there are no AWS credentials');
    expect(code).toBe(2);
  });

  test.each([
    ['the journal of another distribution', 'warm https://d111.cloudfront.net 00000000\n'],
    ['a journal that is another file, of a line without an end', 'warmth'],
  ])('%s', async (_, text) => {
    const journal = file('journal', text);
    const { code, stderr } = await warm([local.url, '--keys', keysFile(), '--journal', journal]);
    expect(stderr).toContain('belongs to another distribution');
    expect(code).toBe(2);
    expect(readFileSync(journal, 'utf8')).toBe(text);
  });

  test('what would be overwritten by the list of failures', async () => {
    const keys = keysFile();
    const link = join(folder, 'link');
    symlinkSync(keys, link);
    const runs = await Promise.all([
      warm([local.url, '--keys', keys, '--failures', link]),
      warm([local.url, '--keys', keys, '--failures', join(folder, 'new'), '--journal', join(folder, '.', 'new')]),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([2, 2]);
    expect(runs[0].stderr).toBe(`--keys and --failures are the same file, ${link}.\n`);
    expect(runs[1].stderr).toContain('--journal and --failures are the same file');
    expect(readFileSync(keys, 'utf8')).toContain(KEYS[0]);
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  test('and the list of failures of the last run stays', async () => {
    const last = '404\tNOT_FOUND\tlast.jpg\n';
    writeFileSync(failures(), last);
    const runs = await Promise.all(['s3://nope/', '/nonexistent'].map((keys) => warm([local.url, '--keys', keys])));
    expect(runs.map(({ code }) => code)).toEqual([2, 2]);
    expect(readFileSync(failures(), 'utf8')).toBe(last);
  });
});
