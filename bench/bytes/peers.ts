import { execFile, execFileSync } from 'node:child_process';
import { createIPX, ipxFSStorage } from 'ipx';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import type { Box, Class } from './encoders';

export const FORMATS = ['jpeg', 'webp', 'avif'] as const;

export type PeerFormat = (typeof FORMATS)[number];

/** The class that has the same viewers as a format. */
export const CLASS_OF: Record<PeerFormat, Class> = { jpeg: 'auto', webp: 'auto.webp', avif: 'auto.avif' };

export interface Original {
  path: string;
  body: Buffer;
}

/**
 * Another resizer with the settings that it comes with. All write the same pixels, so that scores are of the encoding
 * alone.
 */
interface Peer {
  formats: readonly PeerFormat[];
  /** Whether it accepts this original; missing for all. */
  takes?: (original: Original) => boolean;
  make(original: Original, box: Box, format: PeerFormat): Promise<Buffer>;
}

const resized = ({ body }: Original, box: Box): Sharp =>
  sharp(body, { failOn: 'none' })
    .autoOrient()
    .resize({ ...box, fit: 'fill' });

const withSharp =
  (write: (image: Sharp, format: PeerFormat) => Sharp): Peer['make'] =>
  (original, box, format) =>
    write(resized(original, box), format).toBuffer();

const isJpeg = ({ body }: Original): boolean => body.readUInt16BE(0) === 0xff_d8;

/** Without sharp's own libvips, which sets a path for modules; on one processor, like all others. */
const VIPS_ENVIRONMENT = { VIPSHOME: undefined, VIPS_CONCURRENCY: '1' };

async function vipsthumbnail({ path }: Original, { width, height }: Box, format: PeerFormat): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-vips-'));
  try {
    const file = join(folder, `variant.${format}`);
    await promisify(execFile)('vipsthumbnail', [path, '-s', `${width}x${height}!`, '-o', file], {
      env: { ...process.env, ...VIPS_ENVIRONMENT },
    });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The settings of each for its encoder, from its source. aws-samples' function gives a format, and a quality only if the URL
 * has one; ipx does the same, and so does the recipe with redirects, in the original's format. Next.js gives a quality of 75,
 * less 20 for AVIF.
 *
 * @see https://github.com/aws-samples/image-optimization/blob/main/functions/image-processing/index.mjs
 * @see https://github.com/vercel/next.js/blob/canary/packages/next/src/server/image-optimizer.ts
 */
const PEERS = {
  'aws-samples': { formats: FORMATS, make: withSharp((image, format) => image.toFormat(format)) },
  'redirect recipe': { formats: ['jpeg'], takes: isJpeg, make: withSharp((image) => image.toFormat('jpeg')) },
  'ipx 3.1.1': {
    formats: FORMATS,
    make: async ({ path }, { width, height }, format) => {
      const ipx = createIPX({ storage: ipxFSStorage({ dir: dirname(path) }) });
      const { data } = await ipx(basename(path), { s: `${width}x${height}`, fit: 'fill', f: format }).process();
      return data as Buffer;
    },
  },
  'Next.js': {
    formats: FORMATS,
    make: withSharp((image, format) =>
      format === 'jpeg'
        ? image.jpeg({ quality: 75, mozjpeg: true })
        : format === 'webp'
          ? image.webp({ quality: 75 })
          : image.avif({ quality: 55, effort: 3 }),
    ),
  },
  vipsthumbnail: { formats: FORMATS, make: vipsthumbnail },
} satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

export const peer = (name: PeerName): Peer => PEERS[name];

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The installed peers: vipsthumbnail is in Debian's libvips-tools. */
export const peersHere = (): PeerName[] =>
  PEER_NAMES.filter((name) => name !== 'vipsthumbnail' || isInstalled('vipsthumbnail'));
