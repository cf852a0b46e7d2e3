/** `npm run bench`: measures what this project claims, side by side with what it is compared to. */
import { runCommand } from '../scripts/command-line';
import type { Bench } from './bench';
import { bytes } from './bytes';
import { cold } from './cold';
import { benchCommand } from './command';
import { cost } from './cost';
import { herd } from './herd';
import { hit } from './hit';
import { memory } from './memory';
import { miss } from './miss';
import { peer } from './peer';
import { keep } from './results';
import { sizes } from './sizes';
import { viewer } from './viewer';
import { warming } from './warm';

const BENCHES: Record<string, Bench> = {
  viewer,
  cold,
  miss,
  peer,
  bytes,
  sizes,
  hit,
  memory,
  herd,
  cost,
  warm: warming,
};

runCommand(benchCommand(BENCHES, keep));
