import type { Config } from '../../edge/config/schema';
import { viewerRequestSettings } from '../../edge/config/settings';
import { UsageError } from '../usage';
import { sizesOf } from '../warm/sizes';
import { measurementOf } from './measured';
import type { Workload } from './model';

/** Defaults of the options. */
export const DEFAULTS = { misses: 5, changed: 1 };

/** A site as the options describe it; `sizes` is a number of sizes, or a list of them. */
export interface Site {
  hits: number;
  originals: number;
  sizes: string;
  misses: number;
  changed: number;
  bytes?: number;
  renderMs?: number;
}

/** The workload of a site, with the averages of its sizes. @throws UsageError for sizes that the config does not have */
export function workloadOf(config: Config, { sizes, bytes, renderMs, ...site }: Site): Workload {
  const grammar = viewerRequestSettings(config);
  const isCount = /^\d+$/.test(sizes);
  const variants = sizesOf(grammar, isCount ? 'all' : sizes);
  const count = isCount ? Number(sizes) : variants.length;
  if (count < 1 || count > variants.length) {
    throw new UsageError(`The config has ${variants.length} sizes and presets, so --sizes cannot be ${sizes}.`);
  }
  // A mere number of sizes leaves out `full`, which few pages show.
  const shown = isCount
    ? variants.filter(({ width, height }) => width !== undefined || height !== undefined)
    : variants;
  const measured = measurementOf(shown.length > 0 ? shown : variants, config.full);
  return {
    ...site,
    sizes: count,
    memoryMb: config.stack.memoryMb,
    bytes: bytes ?? measured.bytes,
    milliseconds: renderMs ?? measured.milliseconds,
  };
}
