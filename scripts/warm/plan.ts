import { type Config, grammarOf } from '../../edge/config/schema';
import type { Grammar, Variant, ViewerClass } from '../../edge/variant';
import { isRefusal } from '../../edge/viewer-request/refusal';
import type { Terminal } from '../command-line';
import { UsageError } from '../usage';
import { DigestSet } from './digest-set';
import { ImageUrls } from './image-urls';
import { type KeyContext, isCountable, isUrl, keysFrom, nameOf } from './keys';
import { loggedRequests } from './access-logs';
import { Pages } from './pages';
import { popularUrls, popularVariants } from './popular';
import type { Unusable } from './run';
import { type WarmRequest, classesOf, requestsFor, sizesOf } from './sizes';

/** The options that choose variants. */
export interface WarmOptions {
  keys?: string;
  sizes?: string;
  logs?: string;
  top?: number;
  topUrls?: number;
  accept: string;
  host: string[];
  /** Seconds. */
  timeout: number;
}

type Requests = AsyncGenerator<WarmRequest | Unusable>;

/** The requests of a run. */
export interface Plan {
  requests: Requests;
  /** The number of requests; undefined if the keys cannot be read twice, or when aborted. */
  count(aborted: AbortSignal): Promise<number | undefined>;
}

function* requestsOf(grammar: Grammar, key: string, variants: Variant[], classes: ViewerClass[]) {
  const requests = requestsFor(grammar, key, variants, classes);
  if (isRefusal(requests)) yield { what: key, status: requests.status, reason: requests.code };
  else yield* requests;
}

/** The most requested variants of single originals. */
async function planOfUrls(
  grammar: Grammar,
  classes: ViewerClass[],
  logs: string,
  most: number,
  terminal: Terminal,
): Promise<Plan> {
  const popular = await popularUrls(grammar, loggedRequests(logs, terminal), most);
  if (popular.length === 0) throw new UsageError(`The logs ${logs} have no request for a variant.`);
  async function* requests(): Requests {
    for (const { key, variant } of popular) yield* requestsOf(grammar, key, [variant], classes);
  }
  return { requests: requests(), count: () => Promise.resolve(popular.length * classes.length) };
}

/** Each key once, since pages repeat originals. */
async function* distinct(keys: AsyncIterable<string | Unusable>): AsyncGenerator<string | Unusable> {
  const seen = new DigestSet();
  for await (const key of keys) {
    if (typeof key === 'string') {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    yield key;
  }
}

/** A stand-in for any key, for counting. */
const ANY_KEY = 'k';

/** The same variants of every key. @param contextOf makes a context each time that the keys are read */
function planOfKeys(
  where: string,
  stopped: AbortSignal,
  contextOf: (stopped: AbortSignal, warn: KeyContext['warn']) => KeyContext,
  requestsOfKey: (key: string) => Iterable<WarmRequest | Unusable>,
  terminal: Terminal,
): Plan {
  async function* requests(): Requests {
    const context = contextOf(stopped, (line) => terminal.warn(line));
    let isEmpty = true;
    for await (const key of distinct(keysFrom(where, context))) {
      isEmpty = false;
      if (typeof key === 'string') yield* requestsOfKey(key);
      else yield key;
    }
    if (context.images.foreign > 0) {
      terminal.warn(
        `${context.images.foreign} images were left out: they are on other hosts, or of sizes that are not listed.`,
      );
    }
    if (context.pages.foreign > 0) {
      terminal.warn(
        `${context.pages.foreign} pages and sitemaps were not read: they are on other hosts. Allow a host with --host.`,
      );
    }
    if (isEmpty && !stopped.aborted) throw new UsageError(`${nameOf(where)} has no keys.`);
  }
  async function count(aborted: AbortSignal): Promise<number | undefined> {
    if (!isCountable(where)) return undefined;
    // About the same for every key, which is enough to estimate the time left.
    const each = [...requestsOfKey(ANY_KEY)].length;
    // The run itself warns.
    const context = contextOf(aborted, () => undefined);
    let found = 0;
    for await (const key of distinct(keysFrom(where, context))) {
      if (aborted.aborted) return undefined;
      found += typeof key === 'string' ? each : 1;
    }
    return found;
  }
  return { requests: requests(), count };
}

/** The host of a page or sitemap that the command line names. */
const hostsIn = (keys = ''): string[] => (isUrl(keys) && URL.canParse(keys) ? [new URL(keys).host] : []);

/**
 * Plans the requests for the variants that the options choose.
 * @param stopped aborts when no more keys are needed, even if the input goes on
 * @throws UsageError for an unknown size or class, and for logs without requests
 */
export async function planOf(
  url: string,
  config: Config,
  options: WarmOptions,
  stopped: AbortSignal,
  terminal: Terminal,
): Promise<Plan> {
  const grammar = grammarOf(config);
  const classes = classesOf(options.accept);
  const { keys, sizes = 'all', logs, top, topUrls, host, timeout } = options;
  if (logs !== undefined && topUrls !== undefined) return planOfUrls(grammar, classes, logs, topUrls, terminal);
  const variants =
    logs !== undefined && top !== undefined
      ? await popularVariants(grammar, loggedRequests(logs, terminal), top)
      : sizesOf(grammar, sizes);
  if (variants.length === 0) throw new UsageError(`The logs ${logs} have no request for a variant.`);
  const contextOf = (until: AbortSignal, warn: KeyContext['warn']): KeyContext => ({
    images: new ImageUrls(grammar, new URL(url).host, host),
    pages: new Pages([new URL(url).host, ...host, ...hostsIn(keys)], timeout * 1_000),
    visited: new DigestSet(),
    prefix: config.stack.originals?.prefix ?? '',
    url,
    stopped: until,
    stdin: terminal.streams.stdin,
    warn,
  });
  return planOfKeys(keys!, stopped, contextOf, (key) => requestsOf(grammar, key, variants, classes), terminal);
}
