import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { createCipheriv } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Agent } from 'undici';
import { type LocalDistribution, type LocalOptions, startLocalDistribution } from '../../local/src/local-distribution';

export const AVIF = 'image/avif,image/webp,image/apng,*/*;q=0.8';
export const WEBP = 'image/webp,*/*';

// A connection for each request: on a busy machine, the server may close an idle one just when it is reused.
const agent = new Agent({ pipelining: 0 });

/** The most passes that follow an upload without failures, and more than the time between them. */
const PASSES = 3;
const BETWEEN_PASSES_MS = 60_000;

/** A response as it came over HTTP. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A local distribution, with shortcuts for what viewers and the owner of its buckets do. */
export interface Running extends LocalDistribution {
  /** The path is sent as it is, not normalised like a URL. */
  get(path: string, options?: { accept?: string; method?: string; headers?: Record<string, string> }): Promise<Answer>;
  put(key: string, body: Buffer | string): Promise<void>;
  /** Keys of the variants bucket, sorted. */
  variants(): Promise<string[]>;
  stored(key: string): Promise<Answer>;
  /** Lets the function handle the messages in its queue, without waiting for the batching window. */
  settled(): Promise<void>;
  /** Lets all effects of changed originals happen, repeated passes of the refresh included. */
  settle(): Promise<void>;
  deleteData(): void;
  logged: string[];
  generation: string;
}

/** Starts the app that the tests share, or another one. */
export async function run(options: Partial<LocalOptions> = {}): Promise<Running> {
  const data = mkdtempSync(join(tmpdir(), 'buckets-'));
  const logged: string[] = [];
  const local = await startLocalDistribution({
    cdkOut: process.env['CDK_OUT']!,
    data,
    port: 0,
    log: (line) => void logged.push(line),
    ...options,
  });
  const { client, buckets, deployment } = local;
  // Longer than the batching window.
  const windowMs = 1_000 * (1 + Math.max(...deployment.eventSourceMappings.map(({ windowSeconds }) => windowSeconds)));
  const settled = async () => {
    // New messages have to be in the batching window first.
    await new Promise((resolve) => setImmediate(resolve));
    local.clock.advance(windowMs);
    await local.events.settled();
  };
  const stored = async (key: string): Promise<Answer> => {
    const object = await client.send(new GetObjectCommand({ Bucket: buckets.variants, Key: key }));
    const { ETag, ContentType, CacheControl, Metadata } = await client.send(
      new HeadObjectCommand({ Bucket: buckets.variants, Key: key }),
    );
    const headers = {
      etag: ETag!,
      'content-type': ContentType!,
      'cache-control': CacheControl!,
      'x-amz-meta-cache-tag': Metadata!['cache-tag']!,
      'x-amz-meta-original-etag': Metadata!['original-etag']!,
    };
    return { status: 200, headers, body: Buffer.from(await object.Body!.transformToByteArray()) };
  };
  return {
    ...local,
    logged,
    generation: deployment.outputs['Generation']!,
    stored,
    get: (path, { accept, method = 'GET', headers = {} } = {}) =>
      send(local.url, path, method, { ...headers, ...(accept !== undefined && { accept }) }),
    put: async (key, body) => {
      await client.send(
        new PutObjectCommand({
          Bucket: buckets.originals,
          Key: key,
          Body: typeof body === 'string' ? Buffer.from(body) : body,
        }),
      );
    },
    variants: async () => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: buckets.variants })) {
        keys.push(...Contents.map(({ Key }) => Key!));
      }
      return keys.sort();
    },
    settled,
    settle: async () => {
      for (let pass = 0; pass < PASSES; pass++) {
        await settled();
        local.clock.advance(BETWEEN_PASSES_MS);
      }
      await settled();
    },
    deleteData: () => rmSync(data, { recursive: true, force: true }),
    close: async () => {
      await local.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export async function send(
  url: string,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await agent.request({
    origin: `http://127.0.0.1:${new URL(url).port}`,
    path,
    method,
    headers,
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers as Answer['headers'], body };
}

/** A picture that compresses like a photograph: smooth colours with noise. */
export function photo(
  width: number,
  height: number,
  format: 'jpeg' | 'png' | 'webp' | 'avif' = 'jpeg',
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  let random = 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      const noise = (random >> 16) % 24;
      pixels[at++] = (x * 200) / width + noise;
      pixels[at++] = (y * 200) / height + noise;
      pixels[at++] = 90 + noise;
    }
  }
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  return (format === 'avif' ? image.avif({ effort: 0 }) : image.toFormat(format)).toBuffer();
}

/** A picture that no encoder makes small: as a PNG it is over the limit of a generated response. */
export function noisePng(seed = 0, width = 640, height = 600): Promise<Buffer> {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16, seed));
  const pixels = noise.update(Buffer.alloc(width * height * 3));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** Ends all faults, and passes the minimum TTL, for which CloudFront caches even no-store responses. */
export function clearFaults({ faults, clock }: Pick<Running, 'faults' | 'clock'>): void {
  faults.clear();
  clock.advance(1_001);
}
