import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Table } from '../../bench';
import type { Picture } from '../../pictures';
import { FORMATS, type PeerName, peer, peersHere } from '../peers';

const WIDTH = 640;

/** Memory that one variant adds to a process, in megabytes. */
async function megabytes(side: string, format: string, path: string, height: number): Promise<number> {
  const args = ['--no-warnings', '--import', 'tsx', join(__dirname, '..', 'make-once.ts'), side, format, path];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, `${WIDTH}`, `${height}`]);
  const { before, peak } = JSON.parse(stdout) as { before: number; peak: number };
  return peak - before;
}

const isInProcess = (name: PeerName): boolean => name !== 'vipsthumbnail';

/** Memory of one render. @returns undefined if the picture is smaller than its variant would be */
export async function memoryTable({ name, path }: Picture): Promise<Table | undefined> {
  const { width, height, orientation = 1 } = await sharp(path).metadata();
  if (orientation !== 1 || width < WIDTH) return undefined;
  const scaled = Math.round((height * WIDTH) / width);
  const rows: string[][] = [];
  for (const side of ['here', ...peersHere().filter(isInProcess)] as const) {
    const formats = side === 'here' ? FORMATS : peer(side).formats;
    const cells: string[] = [];
    for (const format of FORMATS) {
      cells.push(formats.includes(format) ? (await megabytes(side, format, path, scaled)).toFixed(0) : '–');
    }
    rows.push([side, ...cells]);
  }
  return {
    title: `Memory that a render adds to its process at its peak, MB: ${name} of ${((width * height) / 1e6).toFixed(1)} MP at ${WIDTH} pixels`,
    head: ['', ...FORMATS],
    rows,
  };
}
