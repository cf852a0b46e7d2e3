import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start as main } from '../../scripts/start';
import { photo } from '../local/running';
import { execute } from './command';

// Each start synthesises the app, as slowly as the machine is loaded.
jest.setTimeout(300_000);

const project = join(__dirname, '..', '..');
let folder: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  mkdirSync(join(folder, 'originals', 'a b'), { recursive: true });
  writeFileSync(join(folder, 'originals', 'harbour.jpg'), await photo(640, 480));
  writeFileSync(join(folder, 'originals', 'a b', 'c.jpg'), await photo(320, 240));
});
afterEach(() => running?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` without npm; ends with the process, or as soon as it has printed `until`. */
function start(
  args: string[],
  until = '\u0000',
  isSecond?: 'second',
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', 'scripts/start.ts', ...args], {
    cwd: project,
  });
  if (!isSecond) running = child;
  let output = '';
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(until)) resolve({ code: null, output });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

test('it uploads a folder, prints URLs that work, keeps its buckets, and ends with Ctrl-C', async () => {
  const port = await freePort();
  const args = ['--originals', join(folder, 'originals'), '--data', join(folder, 'data'), '--port', String(port)];
  const { output } = await start(args, '(Ctrl-C');
  expect(output).toContain(`http://localhost:${port}`);
  expect(output).toContain('2 originals, 464 variants of each allowed');
  const second = await start([...args.slice(0, -1), '0'], undefined, 'second');
  expect(second).toEqual({
    code: 1,
    output: `${join(folder, 'data')} is in use by process ${running!.pid}; end it, or choose another folder with --data.\n`,
  });
  const urls = output.match(/http:\/\/localhost\S+/g)!;
  for (const url of urls.slice(0, -1)) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  const nested = await fetch(`http://localhost:${port}/100x100/a%20b/c.jpg`);
  expect(nested.status).toBe(200);
  const ended = new Promise((resolve) => running!.once('close', resolve));
  running!.kill('SIGINT');
  expect(await ended).toBe(0);

  await start(args, '(Ctrl-C');
  const again = await fetch(`http://localhost:${port}/100x100/a%20b/c.jpg`);
  expect(again.headers.get('x-resizer')).toBeNull();
  expect(again.headers.get('etag')).toBe(nested.headers.get('etag'));
});

/** Asks until an answer will do: how soon that is, is up to the machine. */
async function askUntil(url: string, isDone: (answer: Response) => boolean): Promise<Response> {
  for (;;) {
    const answer = await fetch(url);
    if (isDone(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('a file that is saved over is a new picture, a deleted one is gone, and scripts find their way here', async () => {
  const port = await freePort();
  const originals = join(folder, 'followed');
  mkdirSync(originals);
  const file = join(originals, 'a b.jpg');
  writeFileSync(file, await photo(640, 480));
  symlinkSync(originals, join(folder, 'link'));
  const { output } = await start(['--originals', join(folder, 'link'), '--port', String(port)], '(Ctrl-C');
  const url = `http://localhost:${port}/100x100/a%20b.jpg`;
  const before = (await fetch(url)).headers.get('etag');

  writeFileSync(file, await photo(480, 640));
  const after = await askUntil(url, ({ headers }) => headers.get('etag') !== before);
  expect(after.status).toBe(200);

  const environment = /^For the AWS CLI and the scripts: \. (\S+)/m.exec(output)![1]!;
  const purge = `. ${environment} && ${process.execPath} --no-warnings --import tsx scripts/purge.ts 'a b.jpg' --dry-run`;
  expect(execFileSync('sh', ['-c', purge], { cwd: project, encoding: 'utf8' })).toContain(
    '1 original: Would delete 0 of',
  );

  // A link may lead anywhere: it is no original, at the start or later.
  symlinkSync(file, join(originals, 'linked.jpg'));
  writeFileSync(file, await photo(640, 480));
  await askUntil(url, ({ headers }) => headers.get('etag') === before);
  expect((await fetch(`http://localhost:${port}/100x100/linked.jpg`)).status).toBe(404);

  rmSync(file);
  expect((await askUntil(url, ({ status }) => status !== 200)).status).toBe(404);
});

test('what is printed fits the config', async () => {
  const port = await freePort();
  const config = join(folder, 'few.config.ts');
  writeFileSync(config, "export default { sizes: ['50x50'], presets: {}, urls: ['first'] };");
  const originals = join(folder, 'sized');
  mkdirSync(join(originals, '300x300'), { recursive: true });
  writeFileSync(join(originals, '300x300', 'a.jpg'), await photo(64, 48));
  const args = ['--originals', originals, '--config', config, '--port', String(port)];
  const { output } = await start(args, '(Ctrl-C');
  const examples = output.match(/^ {2}http:\S+/gm)!.map((line) => line.trim());
  expect(examples).toEqual([`http://localhost:${port}/50x50/300x300/a.jpg`]);
  expect((await fetch(examples[0]!)).status).toBe(200);
});

/** `npm start` without a process of its own, for what it refuses to start with. */
const refusal = (args: string[]) => execute(main, args);

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
  [['--app', 'true', '--config', 'a.ts'], /^--config is for the app of this repository, and not for --app\.\n$/],
  [['--data', '/etc/passwd'], /^\/etc\/passwd is no folder\.\n$/],
  [['--fault', 's3:GetObjects=503'], /^option '--fault .*there is no such action; there are s3:ListBuckets, .*\n$/],
  [['--fault', 's3:GetObject=teapot'], /^option '--fault .*teapot is unknown.*\n$/],
  [['--port', '99999'], /^option '--port .*A port is a number from 0 to 65535\.\n$/],
  [['--nonsense'], /^unknown option '--nonsense'\n$/],
])('%j is one clear line and exit code 2, and nothing is started', async (args, message) => {
  const { code, stdout, stderr } = await refusal(['--port', '0', ...args]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

describe('an app with two resizers on one distribution', () => {
  const app = ['--app', 'node --no-warnings --import tsx __tests__/scripts/apps/two-bases.ts'];

  test('each has originals, a bucket and URLs of its own', async () => {
    const port = await freePort();
    const products = join(folder, 'products');
    mkdirSync(products);
    writeFileSync(join(products, 'shoe.jpg'), await photo(640, 480));
    const originals = ['--originals', join(folder, 'originals'), '--originals', `Products=${products}`];
    const { output } = await start([...app, ...originals, '--port', String(port)], '(Ctrl-C');
    expect(output).toMatch(/^Photos: 2 originals, \d+ variants of each allowed, generation [0-9a-f]+$/m);
    expect(output).toMatch(/^Products: 1 originals, \d+ variants/m);
    expect(output).toMatch(/originals are in Photos: \S*photos\S*, Products: \S*products/i);
    const urls = output.match(/^ {2}http:\S+/gm)!.map((line) => line.trim());
    expect(urls).toContain(`http://localhost:${port}/img/300x300/harbour.jpg`);
    expect(urls).toContain(`http://localhost:${port}/products/64w/shoe.jpg`);
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    // Each looks into a bucket of its own.
    expect((await fetch(`http://localhost:${port}/products/64w/harbour.jpg`)).status).toBe(404);
  });

  test('a name that no resizer has is one line, with those there are', async () => {
    const { code, output } = await start([...app, '--originals', `Nobody=${folder}`, '--port', '0']);
    expect(code).toBe(2);
    expect(output).toContain('There is no resizer Nobody for --originals; there are Photos, Products.\n');
  });
});

test('an app that fails is what it says, and exit code 1', async () => {
  const { code, stderr } = await refusal(['--port', '0', '--app', 'echo this is why >&2; exit 3']);
  expect([code, stderr]).toEqual([1, 'this is why\n']);
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
