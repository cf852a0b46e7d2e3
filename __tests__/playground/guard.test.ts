import { type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { hasBrowser, launch, withBrowser } from '../chromium';
import { HOSTILE, type Shown, show } from './playground';

let shown: Shown;
let browser: Browser;
beforeAll(async () => {
  shown = await show();
  if (hasBrowser) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await shown.close();
});

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Asks with exactly these headers, which `fetch` would not let through. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(shown.url);
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { host: `localhost:${port}`, ...headers },
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    asked.end(body);
  });
}

describe('the server of the playground', () => {
  test.each([
    ['a host that leads here by its DNS', {}, { host: 'evil.example' }, 421],
    ['no origin', {}, {}, 403],
    ['the origin of another site', { origin: 'https://evil.example' }, {}, 403],
    ['the origin of another port', { origin: 'http://localhost:1' }, {}, 403],
    ['the origin of a sandboxed page', { origin: 'null' }, {}, 403],
    ['a rebound host as its own origin', { origin: 'http://evil.example' }, { host: 'evil.example' }, 421],
  ])('lets nobody change originals from %s', async (_, origin, host, status) => {
    for (const [method, path] of [
      ['PUT', '/api/original?key=new.jpg'],
      ['DELETE', '/api/original?key=harbour.jpg'],
      ['PUT', '/api/focus?key=harbour.jpg'],
    ] as const) {
      const answer = await ask(path, { ...origin, ...host }, method, method === 'PUT' ? 'x' : '');
      expect([method, path, answer.status]).toEqual([method, path, status]);
      expect((JSON.parse(answer.body) as { error: string }).error).toMatch(/\.$/);
    }
    expect((await shown.keys()).sort()).toEqual([HOSTILE, 'folder/small.png', 'harbour.jpg', 'notes.jpg'].sort());
  });

  test.each(['cross-site', 'same-site'])('lets no %s page read the API', async (site) => {
    for (const path of ['/api/site', '/api/originals', '/api/variant?path=/&class=auto', '/api/changes']) {
      expect((await ask(path, { 'sec-fetch-site': site })).status).toBe(403);
    }
    expect((await ask('/api/site', { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('asks no other host than the distribution', async () => {
    const statusOf = async (path: string) => {
      const { status, headers } = await ask(`/api/variant?class=auto&path=${encodeURIComponent(path)}`);
      const header = headers['x-playground-answer'];
      if (header === undefined) return status;
      return (JSON.parse(decodeURIComponent(String(header))) as { headers: Record<string, string> }).headers[
        'x-resizer-error'
      ];
    };
    expect(await statusOf('http://evil.example/')).toBe(400);
    expect(await statusOf('@evil.example/')).toBe(400);
    expect(await statusOf('/a\r\nHost: evil.example')).toBe(400);
    expect(await statusOf('//evil.example/a.jpg')).toBe('BAD_PATH');
  });

  test('says in a sentence what it cannot do', async () => {
    const { port } = new URL(shown.url);
    const own = { origin: `http://localhost:${port}` };
    for (const [method, path, body, status] of [
      ['GET', '/api/nothing', '', 404],
      ['GET', '/nothing', '', 404],
      ['GET', '/api/original?key=none.jpg', '', 404],
      ['GET', '/api/original', '', 400],
      ['GET', '/api/variant?path=/&class=none', '', 400],
      ['GET', '/api/originals?resizer=none', '', 404],
      ['PUT', '/api/focus?key=harbour.jpg', '{"point":{"x":2,"y":0}}', 400],
      ['PUT', '/api/focus?key=harbour.jpg', '{', 400],
      ['PUT', '/api/focus?key=none.jpg', '{"point":{"x":1,"y":0}}', 404],
    ] as const) {
      const answer = await ask(path, own, method, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
      expect((JSON.parse(answer.body) as { error: string }).error).toMatch(/\.$/);
    }
  });

  test('hands a browser nothing of an original or a variant that it would open', async () => {
    for (const path of ['/api/original?key=harbour.jpg', '/api/variant?class=auto&path=/640w/harbour.jpg']) {
      const { headers } = await ask(path);
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain('sandbox');
    }
  });

  withBrowser('is closed to a page of another site in a browser', async () => {
    const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>evil</p>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const outcomes = await page.evaluate(`Promise.all([
      fetch('${shown.url}/api/site'),
      fetch('${shown.url}/api/original?key=evil.jpg', { method: 'PUT', body: 'x' }),
      fetch('${shown.url}/api/original?key=harbour.jpg', { method: 'DELETE' }),
      fetch('${shown.url}/api/originals', { mode: 'no-cors' }),
    ].map((asked) => asked.catch(({ name }) => name)))`);
    expect(outcomes).toEqual(Array(4).fill('TypeError'));
    expect(await shown.keys()).toContain('harbour.jpg');
    expect(await shown.keys()).not.toContain('evil.jpg');
    await page.close();
    other.close();
  });
});
