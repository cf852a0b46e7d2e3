import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { purge } from '../../scripts/purge';
import { start as main } from '../../scripts/start';
import { photo } from '../local/running';
import { execute } from './command';
import { type OnScreen, onScreen } from './screen';
import { type Started, freePort, startDistribution } from './started';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell has after it has read a file of variables. */
function variablesOf(file: string): Record<string, string> {
  const lines = execFileSync('sh', ['-c', `. ${file} && env -0`], { encoding: 'utf8' }).split('\0');
  return Object.fromEntries(lines.filter(Boolean).map((line) => line.split(/=(.*)/s) as [string, string]));
}

/** Asks until an answer will do: how soon that is, is up to the machine. */
async function askUntil(url: string, isDone: (answer: Response) => boolean): Promise<Response> {
  for (;;) {
    const answer = await fetch(url);
    if (isDone(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The app of the project, synthesised before. */
const SYNTHESISED = ['--app', process.env['CDK_OUT_WITHOUT_PLAN']!];

/** An app that is synthesised by a command, into the folder that it is told. */
const appOf = (cdkOut: string) => ['--app', `cp -r '${cdkOut}/.' "$CDK_OUTDIR"`];

/** `npm start` without a process of its own, for what it refuses to start with. */
const refusal = (args: string[]) => execute(main, args);

describe('a folder of originals', () => {
  let running: Started;
  let port: number;
  let args: string[];
  beforeAll(async () => {
    const originals = join(folder, 'originals');
    mkdirSync(join(originals, 'a b'), { recursive: true });
    writeFileSync(join(originals, 'harbour.jpg'), await photo(640, 480));
    writeFileSync(join(originals, 'a b.jpg'), await photo(640, 480));
    writeFileSync(join(originals, 'a b', 'c.jpg'), await photo(320, 240));
    symlinkSync(originals, join(folder, 'link'));
    port = await freePort();
    args = [
      ...SYNTHESISED,
      '--originals',
      join(folder, 'link'),
      '--data',
      join(folder, 'data'),
      '--port',
      String(port),
    ];
    running = await startDistribution(args);
  });
  afterAll(() => running.kill());

  test('is uploaded, and URLs are printed that work', async () => {
    const { output } = running;
    expect(output).toContain(`http://localhost:${port}`);
    expect(output).toContain('3 originals, 489 variants of each allowed');
    const urls = output.match(/http:\/\/localhost\S+/g)!;
    expect(output).toContain(`Playground: ${urls[0]}`);
    for (const url of urls.slice(0, -1)) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  });

  test('is served by one process at a time where its buckets are kept', async () => {
    expect(await refusal([...args.slice(0, -1), '0'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `${join(folder, 'data')} is in use by process ${running.child.pid}; end it, or choose another folder with --data.\n`,
    });
  });

  test('is followed: a file that is saved over is a new picture, a deleted one is gone, and scripts find their way here', async () => {
    const originals = join(folder, 'originals');
    const file = join(originals, 'a b.jpg');
    const url = `http://localhost:${port}/100x100/a%20b.jpg`;
    const before = (await fetch(url)).headers.get('etag');

    writeFileSync(file, await photo(480, 640));
    const after = await askUntil(url, ({ headers }) => headers.get('etag') !== before);
    expect(after.status).toBe(200);

    const environment = /^For the AWS CLI and the scripts: \. (\S+)/m.exec(running.output)![1]!;
    const { stdout } = await execute(purge, ['a b.jpg', '--dry-run'], variablesOf(environment));
    expect(stdout).toMatch(/1 original: Would delete \d+ of/);

    // A link may lead anywhere: it is no original, at the start or later.
    symlinkSync(file, join(originals, 'linked.jpg'));
    writeFileSync(file, await photo(640, 480));
    await askUntil(url, ({ headers }) => headers.get('etag') === before);
    expect((await fetch(`http://localhost:${port}/100x100/linked.jpg`)).status).toBe(404);

    rmSync(file);
    expect((await askUntil(url, ({ status }) => status !== 200)).status).toBe(404);
  });

  test('keeps its variants when it ends with Ctrl-C and starts again', async () => {
    const nested = await fetch(`http://localhost:${port}/100x100/a%20b/c.jpg`);
    expect(nested.status).toBe(200);
    expect(await running.interrupt()).toBe(0);

    running = await startDistribution(args);
    const again = await fetch(`http://localhost:${port}/100x100/a%20b/c.jpg`);
    expect(again.headers.get('x-resizer')).toBeNull();
    expect(again.headers.get('etag')).toBe(nested.headers.get('etag'));
  });
});

describe('on a terminal', () => {
  let originals: string;
  let screen: OnScreen;
  let url: string;
  beforeAll(async () => {
    originals = join(folder, 'shown');
    mkdirSync(originals);
    writeFileSync(join(originals, 'a.jpg'), await photo(640, 480));
    const port = await freePort();
    url = `http://localhost:${port}`;
    const app = appOf(process.env['CDK_OUT_WITHOUT_PLAN']!);
    screen = onScreen('start', [...app, '--originals', originals, '--port', String(port)], { columns: 200 });
    await screen.until((shown) => shown.includes('(Ctrl-C'));
  });
  afterAll(() => screen.kill());

  test('the address is the last line, and what was done until then has left the screen', () => {
    expect(screen.written()).toContain('Synthesising the template …');
    expect(screen.lines().join('\n')).not.toContain('…');
    expect(screen.lines().at(-1)).toBe(`Ready: ${url} (Ctrl-C ends it)`);
  });

  test('each answer is a line with a colour, in the order of the answers: renders, hits and refusals', async () => {
    const avif = { headers: { accept: 'image/avif' } };
    for (const path of ['/320w/a.jpg', '/a.jpg?w=320', '/301x300/a.jpg', '/100x100/none.jpg']) {
      await (await fetch(url + path, avif)).arrayBuffer();
    }
    await screen.until((shown) => shown.includes('none.jpg'));
    const lines = screen.lines();
    expect(lines.slice(lines.findIndex((line) => line.startsWith('Ready')) + 1)).toEqual([
      expect.stringMatching(/^200 [A-Z]+ 320×240 \d+ kB rendered in \d+ ms {2}\/320w\/a\.jpg$/),
      expect.stringMatching(/^200 [A-Z]+ 320×240 \d+ kB hit in \d+ ms {2}\/a\.jpg\?w=320$/),
      expect.stringMatching(/^403 SIZE_NOT_ALLOWED refused in \d+ ms {2}\/301x300\/a\.jpg$/),
      expect.stringMatching(/^404 NOT_FOUND in \d+ ms {2}\/100x100\/none\.jpg$/),
    ]);
    expect(screen.written()).toContain('\x1b[32m200');
    expect(screen.written()).toContain('\x1b[33m403');
  });

  test('browsers are told to ask again at each reload, and a 404 from before an upload is forgotten', async () => {
    const { headers } = await fetch(`${url}/320w/a.jpg`);
    expect(headers.get('cache-control')).toMatch(/max-age=0, s-maxage=\d{4}/);
    expect((await fetch(`${url}/100x100/none.jpg`)).headers.get('cache-control')).toContain('max-age=0');
    writeFileSync(join(originals, 'none.jpg'), await photo(320, 240));
    expect((await askUntil(`${url}/100x100/none.jpg`, ({ status }) => status === 200)).status).toBe(200);
    writeFileSync(join(originals, 'a.jpg'), await photo(480, 640));
    await screen.until((shown) => /^refreshed a\.jpg {2}\d+ of \d+ variants deleted, invalidated$/m.test(shown));
    await screen.until((shown) => shown.includes('uploaded none.jpg'));
  });

  test('Ctrl-C ends it', async () => {
    screen.type('\x03');
    expect(await screen.finished).toBe(0);
  });
});

describe('with --as-deployed, --json and two answers', () => {
  test('browsers are told what AWS would tell them, an error stays, and each line is JSON', async () => {
    const originals = join(folder, 'deployed');
    mkdirSync(originals);
    writeFileSync(join(originals, 'a.jpg'), await photo(640, 480));
    const port = await freePort();
    const running = await startDistribution(
      [...SYNTHESISED, '--originals', originals, '--port', String(port)].concat('--as-deployed', '--json'),
    );
    const printed: Buffer[] = [];
    running.child.stdout!.on('data', (chunk: Buffer) => printed.push(chunk));
    const uploaded = new Promise<void>((resolve) =>
      running.child.stderr!.on('data', (chunk: Buffer) => chunk.includes('uploaded none.jpg') && resolve()),
    );
    const url = `http://localhost:${port}`;
    expect((await fetch(`${url}/320w/a.jpg`)).headers.get('cache-control')).toMatch(/max-age=[1-9]/);
    expect((await fetch(`${url}/320w/none.jpg`)).status).toBe(404);
    writeFileSync(join(originals, 'none.jpg'), await photo(320, 240));
    await uploaded;
    const again = await fetch(`${url}/320w/none.jpg`);
    expect([again.status, again.headers.get('x-cache')]).toEqual([404, 'Error from cloudfront']);
    const lines = () => Buffer.concat(printed).toString().trim().split('\n');
    while (lines().filter((line) => line.includes('"how"')).length < 3)
      await new Promise((each) => setTimeout(each, 50));
    const records = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ how }) => how !== undefined)).toMatchObject([
      { method: 'GET', url: '/320w/a.jpg', status: 200, width: 320, height: 240, how: 'rendered' },
      { url: '/320w/none.jpg', status: 404, code: 'NOT_FOUND', how: null },
      { url: '/320w/none.jpg', status: 404, code: 'NOT_FOUND', how: 'hit' },
    ]);
    // As the function wrote it.
    expect(records).toContainEqual(expect.objectContaining({ key: 'a.jpg', Outcome: 'rendered' }));
    running.kill();
  });
});

test('a port in use is one clear line and exit code 2', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  expect(await refusal(['--port', String(port)])).toEqual({
    code: 2,
    stdout: '',
    stderr: `Port ${port} is in use; choose another with --port.\n`,
  });
  taken.close();
});

test.each([
  [['--originals', '/no/such/folder'], /^There is no folder \/no\/such\/folder\.\n$/],
  [['--config', '/no/such/config.ts'], /^There is no config \/no\/such\/config\.ts\.\n$/],
  [['--app', 'true', '--config', 'a.ts'], /^--config only works with the app of this repository, not with --app\.\n$/],
  [['--data', '/etc/passwd'], /^\/etc\/passwd is not a folder\.\n$/],
  [['--fault', 's3:GetObjects=503'], /^option '--fault .*there is no such action; there are s3:ListBuckets, .*\n$/],
  [['--fault', 's3:GetObject=teapot'], /^option '--fault .*teapot is unknown.*\n$/],
  [
    ['--public-key', 'members.pem'],
    /Expected the id of a public key and its file, such as K2JCJMDEHXQW5F=members\.pem\.\n$/,
  ],
  [['--public-key', 'K1=/none.pem'], /\/none\.pem cannot be used: there is no such file or folder.*\n$/],
  [['--public-key', 'K1=package.json'], /package\.json cannot be used: expected a public key in PEM.*\n$/],
  [['--port', '99999'], /^option '--port .*Expected a port from 0 to 65535\.\n$/],
  [['--nonsense'], /^unknown option '--nonsense'\n$/],
])('%j is one clear line and exit code 2, and nothing is started', async (args, message) => {
  const { code, stdout, stderr } = await refusal(['--port', '0', ...args]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

describe('an app with two resizers on one distribution', () => {
  let cdkOut: string;
  beforeAll(async () => {
    cdkOut = join(folder, 'two-bases');
    process.env['CDK_OUTDIR'] = cdkOut;
    process.env['CDK_CONTEXT_JSON'] = '{}';
    await import('./apps/two-bases');
  });

  test('each has originals, a bucket and URLs of its own', async () => {
    const port = await freePort();
    const photos = join(folder, 'photos');
    const products = join(folder, 'products');
    mkdirSync(join(photos, 'a b'), { recursive: true });
    mkdirSync(products);
    writeFileSync(join(photos, 'harbour.jpg'), await photo(640, 480));
    writeFileSync(join(photos, 'a b', 'c.jpg'), await photo(320, 240));
    writeFileSync(join(products, 'shoe.jpg'), await photo(640, 480));
    const originals = ['--originals', photos, '--originals', `Products=${products}`];
    const running = await startDistribution([
      ...appOf(cdkOut),
      ...originals,
      '--port',
      String(port),
      '--no-playground',
    ]);
    const { output } = running;
    expect(output).not.toContain('Playground');
    expect(output).toMatch(/^Photos: 2 originals, \d+ variants of each allowed, generation [0-9a-f]+$/m);
    expect(output).toMatch(/^Products: 1 originals, \d+ variants/m);
    expect(output).toMatch(/originals are in Photos: \S*photos\S*, Products: \S*products/i);
    const urls = output.match(/^ {2}http:\S+/gm)!.map((line) => line.trim());
    expect(urls).toContain(`http://localhost:${port}/img/300x300/harbour.jpg`);
    expect(urls).toContain(`http://localhost:${port}/products/64w/shoe.jpg`);
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    // Each looks into a bucket of its own.
    expect((await fetch(`http://localhost:${port}/products/64w/harbour.jpg`)).status).toBe(404);
    running.kill();
  });

  test('a name that no resizer has is one line, with those there are', async () => {
    const { code, stderr } = await refusal(['--app', cdkOut, '--originals', `Nobody=${folder}`, '--port', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--originals names the resizer Nobody, which does not exist. Resizers: Photos, Products.\n',
    );
  });
});

test('an app that fails is what it says, and exit code 1', async () => {
  const { code, stderr } = await refusal(['--port', '0', '--app', 'echo this is why >&2; exit 3']);
  expect([code, stderr]).toEqual([1, 'Synthesising the template …\nthis is why\n']);
});

test('a bad config names the field, the value and what is allowed', async () => {
  const file = join(folder, 'bad.config.ts');
  writeFileSync(file, `export default { sizes: ['300x'], maxDpr: 12 };\n`);
  const { code, stdout, stderr } = await refusal(['--port', '0', '--config', file]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('sizes[0]: "300x", expected WxH, Ww or Hh');
  expect(stderr).toContain('maxDpr: 12, expected number to be <=9');
  expect(stderr).not.toContain('    at ');
});
