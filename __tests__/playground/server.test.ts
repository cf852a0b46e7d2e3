import { type IncomingMessage, request } from 'node:http';
import { playground } from '../../scripts/playground';
import type { PictureHead } from '../../playground/protocol';
import { Changes } from '../../scripts/playground/changes';
import { SentHeaders } from '../../scripts/playground/sent-headers';
import { Viewer } from '../../scripts/playground/viewer';
import { execute } from '../scripts/command';
import { HOSTILE, type Shown, show } from './playground';

let shown: Shown;
beforeAll(async () => {
  shown = await show();
});
afterAll(async () => {
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
      const header = headers['x-playground-picture'];
      if (header === undefined) return status;
      return (JSON.parse(decodeURIComponent(String(header))) as PictureHead).answer!.headers['x-resizer-error'];
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
});

test('a page is told of each change below its prefix once it has settled, and of what changes meanwhile after it', async () => {
  let settle: () => void = () => undefined;
  const changes = new Changes({ bucket: 'originals', prefix: 'folder/' }, () => new Promise((done) => (settle = done)));
  const told: string[][] = [];
  const end = changes.listen((keys) => void told.push(keys));
  const wait = () => new Promise(setImmediate);
  for (const [bucket, key] of [
    ['originals', 'folder/a.jpg'],
    ['originals', 'folder/b.jpg'],
    ['originals', 'other/c.jpg'],
    ['variants', 'folder/d.jpg'],
  ] as const) {
    changes.note({ bucket, key });
  }
  await wait();
  changes.note({ bucket: 'originals', key: 'folder/a.jpg' });
  expect(told).toEqual([]);
  settle();
  await wait();
  expect(told).toEqual([['a.jpg', 'b.jpg']]);
  settle();
  await wait();
  expect(told).toEqual([['a.jpg', 'b.jpg'], ['a.jpg']]);
  end();
  changes.note({ bucket: 'originals', key: 'folder/a.jpg' });
  await wait();
  settle();
  await wait();
  expect(told).toHaveLength(2);
});

test('what AWS would say to browsers is told where the local distribution says something else', async () => {
  const sent = new SentHeaders();
  const path = '/640w/harbour.jpg';
  sent.note({ url: path, headers: { 'cache-control': 'max-age=60' } });
  const viewer = new Viewer(shown.local.url, { cacheControlOnAws: (url) => sent.cacheControlOf(url) });
  const { answer } = await viewer.ask(path, 'auto');
  expect(answer.headers['cache-control']).toBe('max-age=60');
  expect(answer.localCacheControl).toMatch(/max-age=86400/);
  const other = await viewer.ask('/320w/harbour.jpg', 'auto');
  expect(other.answer.headers['cache-control']).toMatch(/max-age=86400/);
  expect(other.answer).not.toHaveProperty('localCacheControl');
  await viewer.close();
});

describe('the playground of a deployed distribution', () => {
  test.each([
    [[], /missing required argument 'url'/],
    [['http://localhost:1'], /^Give the originals with --keys FILE or with --bucket s3:\/\/BUCKET\.\n$/],
    [['http://localhost:1', '--bucket', 'b'], /^'b' names no bucket\. Expected s3:\/\/bucket\/prefix\.\n$/],
    [['http://localhost:1', '--keys', '/none'], /^\/none cannot be read: there is no such file or folder\.\n$/],
    [['ftp://x', '--keys', __filename], /^ftp:\/\/x is not a URL/],
    [['http://localhost:1', '--keys', __filename, '--port', '0'], /^http:\/\/localhost:1 cannot be reached/],
  ])('%j is one line and exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await execute(playground, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
