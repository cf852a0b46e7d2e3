import type { LocalDistribution } from 'cloudfront-image-resizer-local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OriginResponseSettings, SETTINGS_FILE } from '../../edge/config/settings';
import { UsageError } from '../usage';
import type { Place } from './upload';

/** An image resizer in the local distribution. */
export interface RunningResizer extends Pick<OriginResponseSettings, 'grammar' | 'generation'> {
  /** Prefix of its outputs; `Resizer` without one. */
  name: string;
  /** Of its distribution. */
  url: string;
  distribution: LocalDistribution['distribution'];
  place: Place;
  /** Name of the rendering function. */
  renderer: string;
  /** Prefixes of keys for members; '' if all originals are, missing if none is. */
  members?: string[];
}

/** Output of every resizer, after the prefix with its name. */
const VARIANTS_OUTPUT = /\.?VariantsBucket$/;

/** All image resizers, with the settings in their functions. A resizer may have several behaviours. */
export function runningResizers({ distributions, deployment, client }: LocalDistribution): RunningResizer[] {
  const outputs = Object.entries(deployment.outputs);
  const found = new Map<string, RunningResizer>();
  for (const { url, resizers, distribution } of distributions) {
    for (const { originals, variants, rendererArn } of resizers) {
      if (found.has(variants.bucket)) continue;
      const output = outputs.find(([key, value]) => VARIANTS_OUTPUT.test(key) && value === variants.bucket)?.[0];
      const name = output === undefined ? variants.bucket : output.replace(VARIANTS_OUTPUT, '') || 'Resizer';
      const renderer = deployment.functions.find(({ versions }) => versions.some(({ arn }) => arn === rendererArn))!;
      const { grammar: wide, generation } = JSON.parse(
        readFileSync(join(renderer.assetDirectory, SETTINGS_FILE), 'utf8'),
      ) as OriginResponseSettings;
      // Only listed and signed variants reach that function; a viewer's request may be neither.
      const { isSigned: _, ...grammar } = wide;
      const place = { client, bucket: originals.bucket, prefix: originals.prefix };
      const members = resizers
        .filter((each) => each.isForMembers && each.variants.bucket === variants.bucket)
        .map(({ pathPattern }) => keysBelow(pathPattern, grammar.base));
      found.set(variants.bucket, {
        name,
        url,
        distribution,
        grammar,
        generation,
        place,
        renderer: renderer.name,
        ...(members.length > 0 && { members }),
      });
    }
  }
  return [...found.values()];
}

/** The prefix of all keys of a behaviour. @param pathPattern such as `/img/members/*`; missing for the default behaviour */
const keysBelow = (pathPattern: string | undefined, base: string): string =>
  (pathPattern ?? '').replace(/^\/?/, '/').replace(/\*$/, '').slice(`${base}/`.length);

/** A folder of originals for a resizer; without a name, for the first one. */
export interface Originals {
  name?: string;
  folder: string;
}

/**
 * The folder of each resizer that has one.
 * @throws UsageError for an unknown name, or for a second folder of a resizer
 */
export function foldersOf(resizers: RunningResizer[], originals: Originals[]): Map<RunningResizer, string> {
  const folders = new Map<RunningResizer, string>();
  for (const { name, folder } of originals) {
    const resizer = name === undefined ? resizers[0]! : resizers.find((each) => each.name === name);
    if (!resizer) {
      const names = resizers.map((each) => each.name).join(', ');
      throw new UsageError(`--originals names the resizer ${name}, which does not exist. Resizers: ${names}.`);
    }
    if (folders.has(resizer)) throw new UsageError(`The resizer ${resizer.name} has two folders of originals.`);
    folders.set(resizer, folder);
  }
  return folders;
}
