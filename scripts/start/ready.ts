import { variantNames } from '../../edge/config/variants';
import { examples } from './examples';
import type { RunningResizer } from './resizers';

/** A resizer that is ready, with the folder of its originals and the keys that they have. */
export interface ReadyResizer {
  resizer: RunningResizer;
  folder: string;
  keys: string[];
}

interface Ready {
  /** Address of the playground, if there is one. */
  playground?: string;
  /** Of the first distribution. */
  url: string;
  resizers: ReadyResizer[];
  /** Lines that name the edges, if there are several. */
  edges: string[];
  environmentFile: string;
}

/** The lines on the screen when everything runs, with the address at the end. */
export function readyBlock({ playground, url, resizers, edges, environmentFile }: Ready): string[] {
  const isNamed = resizers.length > 1;
  const buckets = resizers.map(({ resizer }) => `${isNamed ? `${resizer.name}: ` : ''}${resizer.place.bucket}`);
  return [
    ...(playground === undefined ? [] : ['', `Playground: ${playground}`]),
    ...resizers.flatMap((each) => describe(each, isNamed)),
    `For the AWS CLI and the scripts: . ${environmentFile} (originals are in ${buckets.join(', ')})`,
    '',
    ...edges,
    `Ready: ${url} (Ctrl-C ends it)`,
  ];
}

/** Lines about the originals and variants of a resizer. */
function describe({ resizer, folder, keys }: ReadyResizer, isNamed: boolean): string[] {
  const { name, url, grammar, generation } = resizer;
  const variants = variantNames(grammar).length;
  return [
    '',
    `${isNamed ? `${name}: ` : ''}${keys.length} originals, ${variants} variants of each allowed, generation ${generation}`,
    '',
    ...examples(url, grammar, keys),
    '',
    `Saving over a file in ${folder} replaces the original, deleting it removes it.`,
  ];
}
