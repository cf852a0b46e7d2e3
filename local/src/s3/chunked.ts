import { createHash } from 'node:crypto';
import { type ChunkSeed, hmacHex, isSameSignature } from '../iam/signature';
import { ByteReader } from './byte-reader';
import { S3Error } from './errors';

const EMPTY_HASH = createHash('sha256').digest('hex');

/**
 * Decodes `aws-chunked`. Verifies the chunks' signatures if there is a seed, and fills `trailers` (names in lower case)
 * at the end.
 * S3 API Reference: sigv4-streaming, sigv4-streaming-trailers.
 *
 * @throws S3Error `SignatureDoesNotMatch` or `IncompleteBody`
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  seed?: ChunkSeed,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  const chain = seed && new SignatureChain(seed);
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    const hash = chain && createHash('sha256');
    for await (const piece of reader.take(size)) {
      hash?.update(piece);
      yield piece;
    }
    chain?.check('PAYLOAD', [EMPTY_HASH, hash?.digest('hex') ?? ''], signature);
    if (size === 0) break;
    await reader.line();
  }
  await readTrailers(reader, trailers);
  if (chain && trailers.size > 0) checkTrailers(chain, trailers);
}

function parseChunkHeader(line: string): { size: number; signature: string } {
  const [, size, signature = ''] = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? [];
  if (size === undefined) throw new S3Error('IncompleteBody');
  return { size: parseInt(size, 16), signature };
}

async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
}

function checkTrailers(chain: SignatureChain, trailers: Map<string, string>): void {
  const signature = trailers.get('x-amz-trailer-signature') ?? '';
  trailers.delete('x-amz-trailer-signature');
  const lines = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
  chain.check('TRAILER', [createHash('sha256').update(lines).digest('hex')], signature);
}

/** Each signature covers the one before it. */
class SignatureChain {
  #previous: string;

  constructor(readonly seed: ChunkSeed) {
    this.#previous = seed.signature;
  }

  check(kind: 'PAYLOAD' | 'TRAILER', hashes: string[], presented: string): void {
    const { date, scope, key } = this.seed;
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, this.#previous, ...hashes].join('\n');
    this.#previous = hmacHex(key, text);
    if (!isSameSignature(this.#previous, presented)) throw new S3Error('SignatureDoesNotMatch');
  }
}
