import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { createScope, getSigningKey } from '@smithy/signature-v4';
import { S3_API } from '../../../edge/limits';
import { deliver, raw, sign } from './raw-request';
import { BUCKET, REGION, startTestS3 } from './support';
import type { TestS3 } from './support';

const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
const MIB = 1024 * 1024;

let server: TestS3;
let client: S3Client;

beforeAll(async () => {
  server = await startTestS3();
  client = server.client();
});
afterAll(() => server.close());

const sha = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

async function body(Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** Random pieces: equal ones would hide a swap. */
function* pieces(count: number, bytes: number, hash = createHash('sha256')) {
  for (let i = 0; i < count; i += 1) {
    const piece = randomBytes(bytes);
    hash.update(piece);
    yield piece;
  }
}

describe('an upload', () => {
  it.each(CHECKSUM_ALGORITHMS)(
    'of a buffer is verified by %s, which is returned with it',
    async (ChecksumAlgorithm) => {
      const stored = await client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: 'checked', Body: 'some body', ChecksumAlgorithm }),
      );
      const field = `Checksum${ChecksumAlgorithm}`;
      expect(stored).toHaveProperty(field, expect.stringMatching(/=$|^[\w+/]+$/));
      const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'checked' }));
      expect(got).toMatchObject({ [field]: stored[field as keyof typeof stored], ChecksumType: 'FULL_OBJECT' });
      expect(await got.Body?.transformToString()).toBe('some body');
    },
  );

  it.each(CHECKSUM_ALGORITHMS)(
    'of a stream of unknown length carries its %s in a trailer',
    async (ChecksumAlgorithm) => {
      const hash = createHash('sha256');
      await client.send(
        new PutObjectCommand({
          Bucket: BUCKET,
          Key: 'stream',
          Body: Readable.from(pieces(5, 100_000, hash)),
          ContentLength: 500_000,
          ChecksumAlgorithm,
        }),
      );
      const stored = await client.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key: 'stream', ChecksumMode: 'ENABLED' }),
      );
      expect(stored.ContentEncoding).toBeUndefined();
      expect(stored[`Checksum${ChecksumAlgorithm}`]).toBeDefined();
      expect(sha(await body('stream'))).toBe(hash.digest('hex'));
    },
  );

  it('of 100 MB goes to disk without being held in memory', async () => {
    const hash = createHash('sha256');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watched = function* () {
      for (const piece of pieces(100, MIB, hash)) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        yield piece;
      }
    };
    await client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: 'large',
        Body: Readable.from(watched(), { objectMode: false }),
        ContentLength: 100 * MIB,
      }),
    );
    expect(most).toBeLessThan(60 * MIB);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }));
    const received = createHash('sha256');
    for await (const piece of Body as Readable) received.update(piece as Buffer);
    expect(received.digest('hex')).toBe(hash.digest('hex'));
  });

  it('whose checksum is wrong is refused and changes nothing', async () => {
    const wrong = { 'x-amz-checksum-crc32': 'AAAAAA==' };
    const answer = await raw(server, { method: 'PUT', path: `/${BUCKET}/wrong`, headers: wrong, body: 'body' });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>BadDigest</Code>') as string });
    expect(await raw(server, { path: `/${BUCKET}/wrong` })).toMatchObject({ status: 404 });
  });

  it.each([
    ['BadDigest', createHash('md5').update('other').digest('base64')],
    ['InvalidDigest', 'bm90IGFuIG1kNQ=='],
  ])('with a wrong Content-MD5 is a %s', async (code, md5) => {
    const headers = { 'content-md5': md5 };
    const answer = await raw(server, { method: 'PUT', path: `/${BUCKET}/wrong`, headers, body: 'body' });
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });

  it('whose body is not the signed one is refused', async () => {
    const signed = await sign(server, { method: 'PUT', path: `/${BUCKET}/wrong`, body: 'body' });
    const answer = await deliver({ ...signed, body: 'ydob' });
    expect(answer.body).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  });

  it('of a stream whose trailer does not match is refused', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '4',
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'content-encoding': 'aws-chunked',
    };
    const chunked = (crc: string) => `4\r\nbody\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;
    const send = (crc: string) =>
      raw(server, { method: 'PUT', path: `/${BUCKET}/trailer`, headers, body: chunked(crc) });
    expect(await send('AAAAAA==')).toMatchObject({ status: 400 });
    expect(await send('2jZJUA==')).toMatchObject({ status: 400 });
    const right = (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'x', Body: 'body' }))).ChecksumCRC32;
    expect(await send(right ?? '')).toMatchObject({ status: 200 });
  });

  it('that breaks off leaves the old object', async () => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'broken', Body: 'before' }));
    const headers = { 'content-length': '2000', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const signed = await sign(server, { method: 'PUT', path: `/${BUCKET}/broken`, headers });
    server.s3.journal.clear();
    await new Promise((resolve) => {
      const { hostname: host, port, method, path, headers: sent } = signed;
      const upload = request({ host, port, method, path, headers: sent });
      upload.on('error', resolve);
      upload.write(Buffer.alloc(1000), () => upload.destroy(new Error('broken off')));
    });
    while (server.s3.journal.entries.length === 0) await setImmediate();
    expect(server.s3.journal.entries).toMatchObject([{ key: 'broken', status: 400 }]);
    expect(await readdir(`${server.directory}/${BUCKET}/drafts`)).toEqual([]);
    expect(String(await body('broken'))).toBe('before');
  });
});

describe('an upload of signed chunks', () => {
  const EMPTY = sha('');
  const DATA = ['first chunk', 'second'];

  /** Chunks as S3 API Reference, sigv4-streaming, describes them. */
  async function chunked(tamper: (chunk: string) => string, trailer: boolean) {
    const credentials = server.credentials();
    const signed = await sign(server, {
      method: 'PUT',
      path: `/${BUCKET}/signed-chunks`,
      credentials,
      headers: {
        'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
        'x-amz-decoded-content-length': String(DATA.join('').length),
        'content-encoding': 'aws-chunked',
        ...(trailer && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
      },
    });
    const date = signed.headers['x-amz-date'] ?? '';
    const day = date.slice(0, 8);
    const key = await getSigningKey(Sha256, credentials, day, REGION, 's3');
    let previous = /Signature=(\w+)/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '';
    const next = (kind: string, ...hashes: string[]) => {
      const text = [`AWS4-HMAC-SHA256-${kind}`, date, createScope(day, REGION, 's3'), previous, ...hashes].join('\n');
      previous = createHmac('sha256', key).update(text).digest('hex');
      return previous;
    };
    const chunks = [...DATA, ''].map((data) => {
      const header = `${data.length.toString(16)};chunk-signature=${next('PAYLOAD', EMPTY, sha(data))}\r\n`;
      return data === '' ? header : `${header}${tamper(data)}\r\n`;
    });
    const digest = createHash('sha256').update(DATA.join('')).digest('base64');
    const line = `x-amz-checksum-sha256:${digest}`;
    const end = trailer ? `${line}\r\nx-amz-trailer-signature:${next('TRAILER', sha(`${line}\n`))}\r\n\r\n` : '\r\n';
    return deliver({ ...signed, body: chunks.join('') + end });
  }

  it.each([false, true])('is accepted if every signature is valid (with a trailer: %s)', async (trailer) => {
    expect(await chunked((data) => data, trailer)).toMatchObject({ status: 200 });
    expect(String(await body('signed-chunks'))).toBe(DATA.join(''));
  });

  it('is refused when a later chunk was changed', async () => {
    const answer = await chunked((data) => data.replace('second', 'sec0nd'), false);
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.body).toContain('SignatureDoesNotMatch');
  });
});

describe('a multipart upload', () => {
  const [first, second] = [randomBytes(S3_API.partBytes), randomBytes(1000)];

  async function start(Key: string, more = {}) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ...more }));
    const upload = { Bucket: BUCKET, Key, UploadId };
    const part = async (PartNumber: number, Body: Buffer, extra = {}) => {
      const { $metadata, ...answer } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body, ...extra }),
      );
      expect($metadata.httpStatusCode).toBe(200);
      return { ...answer, PartNumber } as CompletedPart;
    };
    const complete = (Parts: CompletedPart[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    return { upload, part, complete };
  }

  it('joins its parts, whatever the order in which they came', async () => {
    server.events.length = 0;
    const { upload, part, complete } = await start('joined', { ContentType: 'image/jpeg', Metadata: { a: '1' } });
    const last = await part(2, second);
    const parts = [await part(1, first), last];
    const listed = await client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, first.length],
      [2, second.length],
    ]);
    const digest = createHash('md5');
    for (const piece of [first, second]) digest.update(createHash('md5').update(piece).digest());
    const ETag = `"${digest.digest('hex')}-2"`;
    expect(await complete(parts)).toMatchObject({ ETag });
    expect(await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'joined' }))).toMatchObject({
      ContentType: 'image/jpeg',
      Metadata: { a: '1' },
      ETag,
    });
    expect((await body('joined')).equals(Buffer.concat([first, second]))).toBe(true);
    expect(server.events).toMatchObject([{ type: 'ObjectCreated:CompleteMultipartUpload', key: 'joined' }]);
  });

  it.each([
    ['COMPOSITE', /-2$/],
    ['FULL_OBJECT', /==$/],
  ] as const)('keeps a checksum of type %s', async (ChecksumType, form) => {
    const { part, complete } = await start('summed', { ChecksumAlgorithm: 'CRC32', ChecksumType });
    const extra = { ChecksumAlgorithm: 'CRC32' };
    await complete([await part(1, first, extra), await part(2, second, extra)]);
    const stored = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'summed' }));
    expect(stored).toMatchObject({ ChecksumCRC32: expect.stringMatching(form) as string, ChecksumType });
    expect(await stored.Body?.transformToByteArray()).toHaveLength(first.length + second.length);
  });

  it('can copy parts from objects', async () => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'part source', Body: '0123456789' }));
    const { upload, complete } = await start('from copy');
    const copied = await client.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource: `${BUCKET}/part%20source`,
        CopySourceRange: 'bytes=2-4',
      }),
    );
    await complete([{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
    expect(String(await body('from copy'))).toBe('234');
  });

  it('is refused with a part too small, out of order or unknown', async () => {
    const { part, complete } = await start('refused');
    const parts = [await part(1, second), await part(2, second)];
    await expect(complete(parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete(parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
  });

  it('is gone once it is aborted', async () => {
    const { upload, part, complete } = await start('aborted');
    const only = await part(1, second);
    const uploads = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads?.map(({ Key }) => Key) ?? [];
    expect(await uploads()).toContain('aborted');
    await client.send(new AbortMultipartUploadCommand(upload));
    expect(await uploads()).not.toContain('aborted');
    await expect(complete([only])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
