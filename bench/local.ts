import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalDistribution, startLocalDistribution } from '../local/src/local-distribution';
import { synthesised } from './assets';

/** A local distribution, for as long as a bench takes. */
export interface LocalBench extends LocalDistribution {
  put(key: string, body: Buffer): Promise<void>;
}

export async function withLocal<T>(
  use: (local: LocalBench) => Promise<T>,
  log: (line: string) => void = () => undefined,
) {
  const data = mkdtempSync(join(tmpdir(), 'bench-buckets-'));
  const local = await startLocalDistribution({ cdkOut: await synthesised(), data, port: 0, log });
  const put = async (key: string, body: Buffer) => {
    await local.client.send(new PutObjectCommand({ Bucket: local.buckets.originals, Key: key, Body: body }));
  };
  try {
    return await use({ ...local, put });
  } finally {
    await local.close();
    rmSync(data, { recursive: true, force: true });
  }
}
