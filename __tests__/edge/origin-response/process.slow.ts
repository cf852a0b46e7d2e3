import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import sharp from 'sharp';
import type { Answer } from '../../local/running';
import {
  FAULTS,
  LIMITS,
  expectReplaced,
  expectUnavailable,
  untilServed,
  withFaultyDistribution,
} from './process-faults';

const running = withFaultyDistribution();
const ask = (original?: Buffer) => running.ask(original);
const ended = () => running.ended();

const onlyProcess = (): number => running.faulty.pids().at(-1)!;

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'latin1');

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)$/m.exec(statusOf(pid))![1]);

const tooLarge = (answer: Answer) => {
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([415, 'TOO_LARGE']);
  return answer.body.toString();
};

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
  const before = running.faulty.pids().length;
  running.faulty.replace('works');
  expect((await untilServed(ask)).status).toBe(200);
  expect(running.faulty.pids()).toHaveLength(before + 1);
});

test('that is killed from outside over a picture is an answer', async () => {
  running.faulty.replace('hangs', 'works');
  const answer = ask();
  process.kill(await running.faulty.hanging(), 'SIGKILL');
  expect(tooLarge(await answer)).toBe('The original costs more than is allowed here.\n');
  expect(ended().at(-1)).toMatch(/^crash: SIGKILL/);
});

test('that crashes over a picture is an answer, and the log says how', async () => {
  expect(tooLarge(await running.askWith(['crashes', 'works']))).toBe('The original costs more than is allowed here.\n');
  expect(ended().at(-1)).toMatch(/^crash: SIGABRT/);
});

test('that takes more than its time is ended', async () => {
  expect(tooLarge(await running.askWith(['hangs', 'works']))).toBe(
    'The original costs more time than is allowed here.\n',
  );
  expect(ended().at(-1)).toMatch(/^time: \d+ ms/);
});

test('that was ended over a picture is not asked again for a day', async () => {
  tooLarge(await running.askWith(['hangs', 'works']));
  const key = running.lastKey();
  const askAgain = (): Promise<Answer> => {
    running.local.distribution.invalidate('/*');
    return running.local.get(`/300x300/${key}`);
  };
  tooLarge(await askAgain());
  const at = {
    Bucket: running.local.buckets.variants,
    Key: (await running.local.variants()).find((each) => each.includes(`/${key}/`))!,
  };
  const { Metadata } = await running.local.client.send(new HeadObjectCommand(at));
  const hours = (Date.parse(Metadata!['refusal-expires']!) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThanOrEqual(24);
  const aDayLater = { ...Metadata, 'refusal-expires': new Date().toISOString() };
  await running.local.client.send(new PutObjectCommand({ ...at, Metadata: aDayLater, Body: 'as before' }));
  expect((await untilServed(askAgain)).status).toBe(200);
});

test('that is ended because S3 took the time of the render is no fault of the picture', async () => {
  running.faulty.replace('hangs', 'works');
  running.local.faults.add(`s3:GetObject=latency=3000,bucket=${running.local.buckets.originals}`);
  const answer = await ask();
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([503, 'UNAVAILABLE']);
  expect(ended().at(-1)).toMatch(/^late: \d+ ms/);
});

test('that takes more than its memory is ended', async () => {
  const wide = await sharp({ create: { width: 40_000, height: 1_200, channels: 3, background: '#36c' } })
    .toColourspace('rgb16')
    .tiff({ compression: 'deflate', tile: true, tileWidth: 4096, tileHeight: 1200 })
    .toBuffer();
  expect(tooLarge(await running.askWith(['works'], wide))).toBe(
    'The original costs more memory than is allowed here.\n',
  );
});

test.each(FAULTS.filter((fault) => fault !== 'hangs at start'))(
  'a process that %s is replaced, and the picture made',
  (fault) => expectReplaced(running, fault),
);

test.each(['cannot start', 'writes bytes'] as const)('a process that %s, like the next ones, is a 503', (fault) =>
  expectUnavailable(running, fault),
);
