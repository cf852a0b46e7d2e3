import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

/** In Debian's libjxl-devtools. */
export const COMMAND = 'butteraugli_main';

/**
 * Butteraugli's distance between two encoded pictures, as its 3-norm: 0 is equal, about 1 is just noticed.
 *
 * @returns undefined if it is not installed
 */
export async function butteraugli(reference: Buffer, picture: Buffer): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-butteraugli-'));
  try {
    const files = [join(folder, 'reference.png'), join(folder, 'picture.png')] as const;
    for (const [at, body] of [reference, picture].entries()) {
      await sharp(body)
        .toColourspace('srgb')
        .flatten({ background: '#fff' })
        .png({ compressionLevel: 0 })
        .toFile(files[at]!);
    }
    const { stdout } = await promisify(execFile)(COMMAND, [...files]);
    return Number(/3-norm: ([\d.]+)/.exec(stdout)![1]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
