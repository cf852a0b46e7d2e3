import type { LocalDistribution } from 'cloudfront-image-resizer-local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OriginResponseSettings, SETTINGS_FILE } from '../../edge/config/settings';
import { UsageError } from '../usage';
import type { Place } from './upload';

/** An image resizer that is run. */
export interface RunningResizer extends Pick<OriginResponseSettings, 'grammar' | 'generation'> {
  /** What its outputs begin with; `Resizer` for one without a name. */
  name: string;
  /** Of its distribution. */
  url: string;
  distribution: LocalDistribution['distribution'];
  place: Place;
  /** Name of the function that renders. */
  renderer: string;
  /** What the keys of originals for members begin with, '' where all are; missing where there are none. */
  members?: string[];
}

/** Begins, with the name of the resizer before it, the name of an output. */
const VARIANTS_OUTPUT = /\.?VariantsBucket$/;

/** All image resizers, each with what its function carries of the config. One behind several behaviours is one. */
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
      // What reaches that function was listed, or its signature holds; a viewer's request may be neither.
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

/** What the keys begin with of all that a behavior serves. @param pathPattern such as `/img/members/*`; missing for the default one */
const keysBelow = (pathPattern: string | undefined, base: string): string =>
  (pathPattern ?? '').replace(/^\/?/, '/').replace(/\*$/, '').slice(`${base}/`.length);

/** A folder of originals, and the resizer that it is for; without a name the first one. */
export interface Originals {
  name?: string;
  folder: string;
}

/**
 * The folder of each resizer that has one.
 * @throws UsageError for a name that no resizer has, and for a second folder of one
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
