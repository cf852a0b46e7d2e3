import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { WEBP, send } from '../running';

/** A distribution in a process of its own. */
export interface Served {
  child: ChildProcess;
  url: string;
  buckets: { originals: string; variants: string };
  client: S3Client;
  /** Lets all effects of changed originals happen. */
  settle(): Promise<void>;
  /** As the kernel does when memory runs out. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends processes that a failed test has left running. */
export const endAll = (): void => running.forEach((child) => child.kill('SIGKILL'));

/** Starts a distribution that keeps its buckets in a folder. */
export async function serve(data: string): Promise<Served> {
  const child = fork(join(__dirname, 'serve.ts'), [data], { execArgv: ['--no-warnings', '--import', 'tsx'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [told] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The distribution ended with ${code}.`);
    }),
  ])) as [Pick<Served, 'url' | 'buckets'> & { environment: Record<string, string> }];
  const { url, buckets, environment } = told;
  const client = new S3Client({
    endpoint: environment['AWS_ENDPOINT_URL_S3']!,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      ...(environment['AWS_SESSION_TOKEN'] && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
    },
  });
  return {
    child,
    url,
    buckets,
    client,
    settle: async () => {
      child.send('settle');
      await once(child, 'message');
    },
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      client.destroy();
    },
  };
}

/** Random numbers from 0 up to 1, the same ones for a seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** A picture whose colour is its version. */
const pictureOf = (version: number) =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: { r: (version % 16) * 16, g: 128, b: 0 } } })
    .png()
    .toBuffer();

async function versionIn(body: Buffer): Promise<number> {
  const [red] = await sharp(body).removeAlpha().raw().toBuffer();
  return Math.round(red! / 16) % 16;
}

/** Keys with characters that are special in a log of lines. */
const KEYS = ['a.png', 'b c.png', 'folder/ü.png', 'line\u2028end.png', 'quote".png', 'folder/deeper/d.png'];

/** The versions that a key may have: the last acknowledged one, or one that was sent later. 0 for none. */
type Model = Map<string, number[]>;

interface Killing {
  rounds: number;
  seed: number;
}

/**
 * Has viewers and uploads going, kills the distribution in the middle, starts another one on the same folder, and checks
 * all of it: each original is the last acknowledged one or one that was under way, each variant is of it, and the folder
 * holds nothing else. Again and again.
 * @throws Error with all that is wrong
 */
export async function killAndCheck({ rounds, seed }: Killing): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'killed-'));
  const random = randomOf(seed);
  const model: Model = new Map(KEYS.map((key) => [key, [0]]));
  let version = 0;
  let served = await serve(data);
  try {
    for (let round = 0; round < rounds; round++) {
      const over = new AbortController();
      const visit = async () => {
        while (!over.signal.aborted)
          await get(served, KEYS[Math.floor(random() * KEYS.length)]!).catch(() => undefined);
      };
      const change = async (key: string) => {
        while (!over.signal.aborted) {
          version += 1;
          await changeOne(served, model, key, random() < 0.15 ? 0 : 1 + (version % 15)).catch(() => undefined);
        }
      };
      const busy = [visit(), visit(), ...KEYS.map(change)];
      await sleep(random() * 700);
      over.abort();
      await served.kill();
      await Promise.all(busy);
      served = await serve(data);
      await check(served, model, data);
    }
  } finally {
    await served.kill();
    rmSync(data, { recursive: true });
  }
}

/** @param version 0 for a removal */
async function changeOne({ client, buckets }: Served, model: Model, key: string, version: number): Promise<void> {
  const place = { Bucket: buckets.originals, Key: key };
  const Body = version === 0 ? undefined : await pictureOf(version);
  model.get(key)!.push(version);
  await client.send(Body ? new PutObjectCommand({ ...place, Body }) : new DeleteObjectCommand(place));
  model.set(key, [version]);
}

const get = (served: Served, key: string) =>
  send(served.url, `/100x100/${key.split('/').map(encodeURIComponent).join('/')}`, 'GET', { accept: WEBP });

async function check(served: Served, model: Model, data: string): Promise<void> {
  await served.settle();
  const wrong: string[] = [];
  for (const [key, possible] of model) {
    const stored = await originalOf(served, key);
    if (!possible.includes(stored)) wrong.push(`${key} is ${stored} in place of one of ${possible.join(', ')}`);
    model.set(key, [stored]);
    const { status, body } = await get(served, key);
    const shown = status === 200 ? await versionIn(body) : 0;
    if (shown !== stored) wrong.push(`${key} is shown as ${shown} (${status}), and is ${stored}`);
  }
  for (const bucket of Object.values(served.buckets)) wrong.push(...oddFiles(join(data, bucket)));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

async function originalOf({ client, buckets }: Served, key: string): Promise<number> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: buckets.originals, Key: key }));
    return await versionIn(Buffer.from(await Body!.transformToByteArray()));
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return 0;
    throw error;
  }
}

/** Bodies without an object, objects without a body, and abandoned drafts. */
function oddFiles(folder: string): string[] {
  const named = new Map<string, string>();
  for (const line of readFileSync(join(folder, 'log.jsonl'), 'utf8').split('\n')) {
    if (line === '') continue;
    const entry = JSON.parse(line) as { put?: { key: string; file: string }; delete?: string };
    if (entry.put) named.set(entry.put.key, entry.put.file);
    else named.delete(entry.delete!);
  }
  const expected = new Set(named.values());
  const found = new Set(readdirSync(join(folder, 'objects')));
  return [
    ...[...found].filter((file) => !expected.has(file)).map((file) => `${file} belongs to no object`),
    ...[...expected].filter((file) => !found.has(file)).map((file) => `${file} is missing`),
    ...readdirSync(join(folder, 'drafts')).map((file) => `the draft ${file} is left`),
  ];
}
