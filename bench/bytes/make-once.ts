/**
 * A process that makes one variant and prints its memory in megabytes: `make-once.ts SIDE FORMAT FILE WIDTH HEIGHT`, where
 * the side is the name of a peer or `here`.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { peakMegabytes } from '../memory/high-water';
import { make } from './encoders';
import { CLASS_OF, type PeerFormat, type PeerName, peer } from './peers';

async function main([side, format, path, width, height]: string[]): Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  const before = peakMegabytes();
  const original = { path: path!, body: readFileSync(path!) };
  const box = { width: Number(width), height: Number(height) };
  await (side === 'here'
    ? make('predicted', original.body, box.width, CLASS_OF[format as PeerFormat])
    : peer(side as PeerName).make(original, box, format as PeerFormat));
  process.stdout.write(JSON.stringify({ before, peak: peakMegabytes() }));
}

void main(process.argv.slice(2));
