import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

const run = promisify(execFile);

/**
 * Tools that say how much two pictures look alike, best first: version 2 of SSIMULACRA comes with libjxl from 0.8 on,
 * version 1 with the `libjxl-devtools` of Debian 12.
 */
const TOOLS = [
  { command: 'ssimulacra2', name: 'SSIMULACRA 2 (100 is equal, 75 hard to tell apart)' },
  { command: 'ssimulacra_main', name: 'SSIMULACRA 1 (0 is equal, 0.05 hard to tell apart)' },
];

const exists = (command: string): boolean => {
  try {
    execFileSync('which', [command]);
    return true;
  } catch {
    return false;
  }
};

/** Scores pictures against one. Close it after use. */
export class Scorer {
  readonly name: string;
  private readonly command: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'bench-bytes-'));

  constructor() {
    const tool = TOOLS.find(({ command }) => exists(command));
    if (!tool) throw new Error('The bench needs ssimulacra2 or ssimulacra_main: apt-get install libjxl-devtools');
    ({ name: this.name, command: this.command } = tool);
  }

  private async write(picture: Buffer, name: string): Promise<string> {
    const path = join(this.folder, name);
    await sharp(picture).toColourspace('srgb').png({ compressionLevel: 1 }).toFile(path);
    return path;
  }

  /** @param reference the picture that later ones are scored against, of equal width and height */
  async against(reference: Buffer): Promise<(picture: Buffer) => Promise<number>> {
    const original = await this.write(reference, 'reference.png');
    return async (picture) => {
      const { stdout } = await run(this.command, [original, await this.write(picture, 'picture.png')]);
      return Number.parseFloat(stdout);
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
