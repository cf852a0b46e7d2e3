import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retryAfterMs } from '../../scripts/http';
import { printable } from '../../scripts/printable';
import { purge } from '../../scripts/purge';
import { warm } from '../../scripts/warm';
import type { Summary } from '../../scripts/warm/summary';
import { type Running, run } from '../local/running';
import { execute } from './command';
import { EVIL, type Hostile, endless, hostile, obeyed, slow } from './hostile';
import { expectOversizedRefused, expectSmokeEnds } from './hostile-cases';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

let folder: string;
const servers: Hostile[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  rmSync(folder, { recursive: true });
});

async function serve(...args: Parameters<typeof hostile>): Promise<Hostile> {
  const server = await hostile(...args);
  servers.push(server);
  return server;
}

const failures = () => readFileSync(join(folder, 'failures'), 'utf8');

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const warmFrom = (url: string, keys: string, ...more: string[]) =>
  execute(warm, [
    url,
    '--keys',
    keys,
    '--sizes',
    '320w',
    '--accept',
    'auto',
    '--failures',
    join(folder, 'failures'),
    ...more,
  ]);

async function summaryFrom(url: string, ...more: string[]): Promise<Summary> {
  return JSON.parse((await warmFrom(url, file('keys', 'a.jpg\n'), '--json', ...more)).stdout) as Summary;
}

describe('warm ends, whatever the distribution does', () => {
  test('a body without an end is a failure at once, and is not asked for again', async () => {
    const server = await serve((_, response) => endless(response));
    expect(await summaryFrom(server.url)).toMatchObject({ failed: { '200 TOO_LARGE': 1 }, retries: 0 });
  });

  test('a body that trickles is given up in time', async () => {
    let isFirst = true;
    const server = await serve((_, response) => {
      if (isFirst) slow(response);
      else response.end('picture');
      isFirst = false;
    });
    expect(await summaryFrom(server.url, '--timeout', '1')).toMatchObject({ stored: 1, retries: 1, failed: {} });
  });

  test.each(['-5', 'NaN', 'Infinity', 'soon', '', '1e3', 'Thu, 01 Jan 1970 00:00:00 GMT', '0x10'])(
    'Retry-After: %j is no reason to wait',
    async (value) => {
      let isFirst = true;
      const server = await serve((_, response) => {
        if (isFirst) response.writeHead(503, { 'retry-after': value }).end();
        else response.end('picture');
        isFirst = false;
      });
      expect(await summaryFrom(server.url)).toMatchObject({ stored: 1, retries: 1, failed: {} });
    },
  );

  test('redirects elsewhere are not followed', async () => {
    const other = await serve((_, response) => response.end('picture'));
    const server = await serve((_, response) => response.writeHead(302, { location: `${other.url}/a.jpg` }).end());
    expect(await summaryFrom(server.url)).toMatchObject({ failed: { '302 REDIRECTED_ELSEWHERE': 1 }, retries: 0 });
    expect(other.asked).toEqual([]);
  });

  test('what is in a header is no code of this project', async () => {
    const server = await serve((_, response) => response.writeHead(404, { 'x-resizer-error': '\u009b31mBAD' }).end());
    expect((await summaryFrom(server.url)).failed).toEqual({ '404 HTTP 404': 1 });
  });
});

test('Retry-After is seconds or a date, and a minute at most', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const of = (value: string) => retryAfterMs(value, now);
  expect(of('7')).toBe(7_000);
  expect(of('0')).toBe(0);
  expect(of('60')).toBe(60_000);
  expect(of('61')).toBe(60_000);
  expect(of('9'.repeat(400))).toBe(60_000);
  expect(of('Wed, 25 Nov 2026 12:00:30 GMT')).toBe(30_000);
  expect(of('Wednesday, 25-Nov-26 12:00:30 GMT')).toBe(30_000);
  expect(of('Wed Nov 25 12:00:30 2026 GMT')).toBe(30_000);
  expect(of('Fri, 31 Dec 9999 23:59:59 GMT')).toBe(60_000);
  expect(of('Wed, 25 Nov 2026 11:59:30 GMT')).toBe(0);
  expect(of('Wed, 99 Nov 2026 12:00:30 GMT')).toBe(0);
  expect(retryAfterMs(undefined, now)).toBe(0);
});

describe('warm reads pages and sitemaps', () => {
  const sitemap = (...urls: string[]) =>
    `<?xml version="1.0"?><sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`;
  const requested = async (distribution: Hostile, keys: string, ...more: string[]) => {
    const { stdout, stderr } = await warmFrom(distribution.url, keys, '--dry-run', '--json', ...more);
    return { ...(JSON.parse(stdout || '{}') as { requests?: number; failed?: object }), stderr };
  };
  let distribution: Hostile;
  beforeEach(async () => {
    distribution = await serve((_, response) => response.writeHead(404).end());
  });

  test('of hosts that the command line names, and of no others', async () => {
    const page = `<html><img src="${distribution.url}/100x100/a.jpg"></html>`;
    const other = await serve((_, response) => response.end(page));
    const site: Hostile = await serve(({ url }, response) => {
      if (url === '/redirect') response.writeHead(302, { location: `${other.url}/page` }).end();
      else if (url === '/moved') response.writeHead(301, { location: '/page' }).end();
      else if (url === '/page') response.end(page);
      else if (url === '/nested.xml') response.end(sitemap(`${other.url}/nested`, 'file:///etc/passwd', 'http://'));
      else
        response.end(
          sitemap(
            ...['page', 'moved', 'redirect', 'nested.xml'].map((name) => `${site.url}/${name}`),
            `${other.url}/direct`,
          ),
        );
    });
    const found = await requested(distribution, `${site.url}/map.xml`);
    expect(found).toMatchObject({ requests: 1, failed: { UNREADABLE: 1 } });
    expect(found.stderr).toContain(
      `${site.url}/redirect cannot be read: it redirects to ${other.url}/page; allow this host with --host.\n`,
    );
    expect(found.stderr).toContain(
      '2 pages and sitemaps were not read: they are on other hosts. Allow a host with --host.\n',
    );
    expect(other.asked).toEqual([]);
    expect(await requested(distribution, `${site.url}/map.xml`, '--host', other.host)).toMatchObject({
      failed: {},
      stderr: '',
    });
    expect(other.asked.sort()).toEqual(['/direct', '/nested', '/page']);
  });

  test('of a site that has both: what is an image is one, whatever its name', async () => {
    const site: Hostile = await serve(({ url }, response) => {
      const urls = ['b', 'page', 'c.jpg'].map((name) => `<url><loc>${site.url}/${name}</loc></url>`);
      if (url === '/b') response.setHeader('content-type', 'image/jpeg');
      if (url === '/b') endless(response);
      else response.end(url === '/page' ? '<html><img src="/a.jpg"></html>' : `<urlset>${urls.join('')}</urlset>`);
    });
    expect(await requested(distribution, `${site.url}/map.xml`, '--host', site.host)).toMatchObject({ requests: 3 });
    expect(site.asked).not.toContain('/c.jpg');
  });

  test('and waits for them no longer than said', async () => {
    const site = await serve((_, response) => slow(response));
    const { stderr } = await requested(distribution, `${site.url}/map.xml`, '--timeout', '1');
    expect(stderr).toBe(`${site.url}/map.xml cannot be read: there was no answer in time.\n`);
  });
});

test.each(['without an end', 'larger once it is unpacked'])(
  'warm reads pages and sitemaps of 50 MB at most, and not one %s',
  (name) => expectOversizedRefused(name),
);

test.each(['that redirects elsewhere', 'with escape sequences in its headers'])(
  'smoke ends with a distribution %s, and leaves nothing behind',
  (name) => expectSmokeEnds(name, local),
);

describe('nothing from outside reaches the terminal as it is', () => {
  test('letters of all scripts, joined emoji and words with joiners stay readable', () => {
    const readable = 'Ünïcödé 写真 фото صورة می\u200cخواهم עברית ภาพ 👩\u200d👩\u200d👧 ❤\ufe0f \\ 100 %';
    expect(printable(readable)).toBe(readable);
  });

  test('what a terminal obeys, and what nobody sees, is escaped', () => {
    expect(printable(EVIL)).toBe('\\u001b[2J\\u009b31m\\u202egpj\\u2028\\u0007');
    expect(printable(`a\nb\tc\r\x7f\ufeff\u2066\u061c${String.fromCharCode(0xd800)}\u{e0041}`)).toBe(
      'a\\nb\\tc\\r\\u007f\\ufeff\\u2066\\u061c\\ud800\\u{e0041}',
    );
  });

  test('warm: keys, pages and what they redirect to', async () => {
    const name = `${EVIL}.jpg`;
    const site: Hostile = await serve((_, response) =>
      response.writeHead(302, { location: 'http://a.example/\u009b31m' }).end(),
    );
    const runs = [
      await warmFrom(local.url, file(`${EVIL.replaceAll('/', '')}.txt`, `https://a.example/${name}\n`)),
      await warmFrom(local.url, `${site.url}/${EVIL}`),
      await warmFrom(site.url, '-'),
      await warmFrom(local.url, file('keys', `${name}\nb.jpg\n`)),
    ];
    for (const { stdout, stderr } of runs) expect([obeyed(stdout), obeyed(stderr)]).toEqual([[], []]);
    // The list is for another run, and has the exact key.
    expect(failures()).toContain(JSON.stringify(name));
  });

  test('purge: keys that are refused, and those that fail', async () => {
    const args = [`${EVIL.replaceAll(/[\u0000-\u001f\u0080-\u009f]/g, '')}.jpg`, '--dry-run'];
    const missing = await execute(purge, args, local.environment);
    expect(missing.stderr).toContain('31m\\u202egpj\\u2028.jpg: there is neither an original');
    const refused = await execute(purge, [EVIL], local.environment);
    const unknown = await execute(purge, [`--${EVIL}`], local.environment);
    for (const { stderr } of [missing, refused, unknown]) expect(obeyed(stderr)).toEqual([]);
  });
});
