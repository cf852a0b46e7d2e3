import { type Config, grammarOf } from '../../edge/config';
import { type Grammar, type Variant, isRefusal } from '../../edge/grammar';
import { UsageError } from '../usage';
import { DigestSet } from './digest-set';
import { ImageUrls } from './image-urls';
import { type KeyContext, isCountable, keysFrom } from './keys';
import { loggedRequests } from './log-files';
import { popularUrls, popularVariants } from './popular';
import type { Unnameable } from './run';
import { type ViewerClass, type WarmRequest, classesOf, requestsFor, sizesOf } from './sizes';

/** What is to be warmed, as the command line says it. */
export interface Wanted {
  keys?: string;
  sizes?: string;
  logs?: string;
  top?: number;
  topUrls?: number;
  accept: string;
  host: string[];
}

type Requests = AsyncGenerator<WarmRequest | Unnameable>;

/** What is to be requested. */
export interface Plan {
  requests: Requests;
  /** How many requests that is; undefined where the keys cannot be read twice, and when aborted. */
  count(aborted: AbortSignal): Promise<number | undefined>;
}

function* requestsOf(grammar: Grammar, key: string, variants: Variant[], classes: ViewerClass[]) {
  const requests = requestsFor(grammar, key, variants, classes);
  if (isRefusal(requests)) yield { key, status: requests.status, reason: requests.code };
  else yield* requests;
}

/** The variants of single originals that viewers asked for most. */
async function planOfUrls(grammar: Grammar, classes: ViewerClass[], logs: string, most: number): Promise<Plan> {
  const wanted = await popularUrls(grammar, loggedRequests(logs), most);
  if (wanted.length === 0) throw new UsageError(`The logs ${logs} have no request for a variant.`);
  async function* requests(): Requests {
    for (const { key, variant } of wanted) yield* requestsOf(grammar, key, [variant], classes);
  }
  return { requests: requests(), count: () => Promise.resolve(wanted.length * classes.length) };
}

/** The same variants of every key. */
function planOfKeys(
  where: string,
  context: KeyContext,
  requestsOfKey: (key: string) => Iterable<WarmRequest | Unnameable>,
): Plan {
  async function* requests(): Requests {
    // Pages name an original again and again.
    const seen = new DigestSet();
    for await (const key of keysFrom(where, context)) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield* requestsOfKey(key);
    }
    if (context.images.foreign > 0) {
      console.error(
        `${context.images.foreign} images are on other hosts, or of sizes that are not listed, and left out.`,
      );
    }
    if (seen.size > 0 || context.stopped.aborted) return;
    throw new UsageError(`${where === '-' ? 'Standard input' : where} has no keys.`);
  }
  async function count(aborted: AbortSignal): Promise<number | undefined> {
    if (!isCountable(where)) return undefined;
    let found = 0;
    let each: number | undefined;
    for await (const key of keysFrom(where, context)) {
      if (aborted.aborted) return undefined;
      // About as many for every key: to tell how long it will take.
      each ??= [...requestsOfKey(key)].length;
      found += each;
    }
    return found;
  }
  return { requests: requests(), count };
}

/**
 * Finds out which requests warm what is wanted.
 * @param stopped aborts when no more keys are wanted, even from an input that goes on
 * @throws UsageError for a size or class that there is not, and logs that say nothing
 */
export async function planOf(url: string, config: Config, wanted: Wanted, stopped: AbortSignal): Promise<Plan> {
  const grammar = grammarOf(config);
  const classes = classesOf(wanted.accept);
  const { keys, sizes = 'all', logs, top, topUrls, host } = wanted;
  if (logs !== undefined && topUrls !== undefined) return planOfUrls(grammar, classes, logs, topUrls);
  const variants =
    logs !== undefined && top !== undefined
      ? await popularVariants(grammar, loggedRequests(logs), top)
      : sizesOf(grammar, sizes);
  if (variants.length === 0) throw new UsageError(`The logs ${logs} have no request for a variant.`);
  const context: KeyContext = {
    images: new ImageUrls(grammar, [new URL(url).host, ...host]),
    prefix: config.stack.originals?.prefix ?? '',
    url,
    stopped,
  };
  return planOfKeys(keys!, context, (key) => requestsOf(grammar, key, variants, classes));
}
