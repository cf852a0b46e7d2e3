import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/** A zip's local header and central directory entry, without the names. */
const ZIP_ENTRY_BYTES = 76;

/**
 * Bytes of a folder as a zip file. Compresses only where that decides: what is below `limit` unzipped is below it
 * zipped, and its size unzipped is returned.
 */
export function zippedBytes(folder: string, limit: number): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const unzipped = zipOf(files.map((file) => file.length));
  return unzipped <= limit ? unzipped : zipOf(files.map((file) => deflateRawSync(file).length));
}

const zipOf = (sizes: number[]): number => sizes.reduce((total, size) => total + size + ZIP_ENTRY_BYTES, 0);
