import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import sharp from 'sharp';
import { type Answer, type Running, photo, run } from '../../local/running';
import { type Fault, faultyApp } from './faulty-process';

/** Time and memory enough for a photograph on a loaded machine, and no more. */
const LIMITS = { seconds: 10, memoryMb: 400 };

let faulty: ReturnType<typeof faultyApp>;
let local: Running;
let picture: Buffer;
let pictures = 0;
beforeAll(async () => {
  faulty = faultyApp(LIMITS);
  local = await run({ cdkOut: faulty.cdkOut });
  picture = await photo(800, 600);
  await ask();
});
afterAll(async () => {
  await local.close();
  faulty.remove();
});
afterEach(async () => {
  local.faults.clear();
  expect((await ask()).status).toBe(200);
});

/** Asks for a variant of an original that nobody has asked for. */
async function ask(original: Buffer = picture): Promise<Answer> {
  const key = `${++pictures}.jpg`;
  await local.put(key, original);
  return local.get(`/300x300/${key}`);
}

const onlyProcess = (): number => faulty.pids().at(-1)!;

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'latin1');

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)$/m.exec(statusOf(pid))![1]);

const tooLarge = (answer: Answer) => {
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([415, 'TOO_LARGE']);
  return answer.body.toString();
};

/** What the log lines of the answers say of processes that ended. */
const ended = () => local.logged.join('\n').match(/(?<="processEnded":\[").*?(?="\])/g) ?? [];

test('has none of the credentials of its function, and no files but its own pipes', () => {
  const variables = (pid: number) =>
    readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .map((each) => each.split('=')[0]);
  const pid = onlyProcess();
  expect(variables(parentOf(pid))).toContain('AWS_SECRET_ACCESS_KEY');
  const names = new Set(variables(pid).filter((name) => name && name !== 'PWD'));
  expect(names).toEqual(new Set(['TZ', 'FONTCONFIG_FILE', 'LANG']));
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const inherited = files.filter(
    (file) => !/^(anon_inode:|pipe:|socket:|\/dev\/null$|\/proc\/|\/dev\/urandom)/.test(file),
  );
  expect(inherited).toEqual([]);
  const sockets = (of: number) =>
    readdirSync(`/proc/${of}/fd`)
      .map((fd) => readlinkSync(`/proc/${of}/fd/${fd}`))
      .filter((file) => file.startsWith('socket:'));
  expect(sockets(parentOf(pid)).filter((socket) => sockets(pid).includes(socket))).toEqual([]);
});

test('alone loads sharp', () => {
  const pid = onlyProcess();
  expect(readFileSync(`/proc/${pid}/maps`, 'latin1')).toContain('libvips');
  expect(readFileSync(`/proc/${parentOf(pid)}/maps`, 'latin1')).not.toContain('libvips');
});

test('is the first that the kernel kills when out of memory, and has a limit of its data segment', () => {
  const pid = onlyProcess();
  expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1').trim()).toBe('1000');
  const [, limit] = /^Max data size\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))!;
  expect(Number(limit)).toBeLessThan(LIMITS.memoryMb * 1_048_576);
});

test('is kept for the next render', async () => {
  const pid = onlyProcess();
  expect((await ask()).status).toBe(200);
  expect(onlyProcess()).toBe(pid);
});

test('that was killed while it was idle is replaced before it is needed', async () => {
  const before = faulty.pids().length;
  faulty.replace('works');
  expect((await ask()).status).toBe(200);
  expect(faulty.pids()).toHaveLength(before + 1);
});

test('that is killed from outside over a picture is an answer', async () => {
  faulty.replace('hangs', 'works');
  const answer = ask();
  process.kill(await faulty.hanging(), 'SIGKILL');
  expect(tooLarge(await answer)).toBe('The original costs more than is allowed here.\n');
  expect(ended().at(-1)).toMatch(/^crash: SIGKILL/);
});

test('that crashes over a picture is an answer, and the log says how', async () => {
  faulty.replace('crashes', 'works');
  expect(tooLarge(await ask())).toBe('The original costs more than is allowed here.\n');
  expect(ended().at(-1)).toMatch(/^crash: SIGABRT/);
});

test('that takes more than its time is ended', async () => {
  faulty.replace('hangs', 'works');
  expect(tooLarge(await ask())).toBe('The original costs more time than is allowed here.\n');
  expect(ended().at(-1)).toMatch(/^time: \d+ ms/);
});

test('that was ended over a picture is not asked again for a day', async () => {
  faulty.replace('hangs', 'works');
  tooLarge(await ask());
  const key = `${pictures}.jpg`;
  const askAgain = (): Promise<Answer> => {
    local.distribution.invalidate('/*');
    return local.get(`/300x300/${key}`);
  };
  tooLarge(await askAgain());
  const at = {
    Bucket: local.buckets.variants,
    Key: (await local.variants()).find((each) => each.includes(`/${key}/`))!,
  };
  const { Metadata } = await local.client.send(new HeadObjectCommand(at));
  const hours = (Date.parse(Metadata!['refusal-expires']!) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThanOrEqual(24);
  const aDayLater = { ...Metadata, 'refusal-expires': new Date().toISOString() };
  await local.client.send(new PutObjectCommand({ ...at, Metadata: aDayLater, Body: 'as before' }));
  expect((await askAgain()).status).toBe(200);
});

test('that is ended because S3 took the time of the render is no fault of the picture', async () => {
  faulty.replace('hangs', 'works');
  local.faults.add(`s3:GetObject=latency=3000,bucket=${local.buckets.originals}`);
  const answer = await ask();
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([503, 'UNAVAILABLE']);
  expect(ended().at(-1)).toMatch(/^late: \d+ ms/);
});

test('that takes more than its memory is ended', async () => {
  const wide = await sharp({ create: { width: 40_000, height: 1_200, channels: 3, background: '#36c' } })
    .toColourspace('rgb16')
    .tiff({ compression: 'deflate', tile: true, tileWidth: 4096, tileHeight: 1200 })
    .toBuffer();
  expect(tooLarge(await ask(wide))).toBe('The original costs more memory than is allowed here.\n');
});

describe('that', () => {
  const FAULTS: Fault[] = [
    'cannot start',
    'hangs at start',
    'writes bytes',
    'writes no reply',
    'writes a page',
    'writes without end',
    'announces too much',
  ];

  test.each(FAULTS)('%s is replaced, and the picture made', async (fault) => {
    faulty.replace(fault, 'works');
    const { status } = await ask();
    expect([status, ended().at(-1)]).toEqual([200, expect.stringMatching(/^(start|protocol-error): /)]);
  });

  test.each(FAULTS)('%s, like the next ones, is a 503', async (fault) => {
    // One that ends by itself may be gone before the render begins, which has three attempts of its own.
    faulty.replace(fault, fault, fault, fault);
    const answer = await ask();
    faulty.replace('works');
    expect([answer.status, answer.headers['x-resizer-error']]).toEqual([503, 'UNAVAILABLE']);
  });
});
