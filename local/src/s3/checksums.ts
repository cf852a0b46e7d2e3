import { createHash } from 'node:crypto';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

/** S3 User Guide: checking-object-integrity-upload. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface StoredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends in `-` and the number of parts. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A checksum that is being computed. */
export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  /** Base64. */
  finish(): Promise<string>;
}

/** `x-amz-checksum-crc32` and the like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** @param name in any case */
export function findAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name?.toUpperCase());
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    const hash = createHash(algorithm.toLowerCase());
    return { update: (chunk) => void hash.update(chunk), finish: () => Promise.resolve(hash.digest('base64')) };
  }
  const checksum = new { CRC32: Crc32, CRC32C: Crc32c, CRC64NVME: Crc64Nvme }[algorithm]();
  return {
    update: (chunk) => checksum.update(chunk),
    finish: async () => Buffer.from(await checksum.digest()).toString('base64'),
  };
}
