import pMap from 'p-map';
import type { Values } from '../event-values';
import { SQS } from '../limits';
import { encodeKey } from '../path';
import { type Grammar, INFO, INFO_TARGET, VIEWER_CLASSES } from '../variant';
import { normalise } from '../viewer-request/normalise';
import { urlGrammar } from '../viewer-request/snap';
import { isRefusal } from '../viewer-request/refusal';
import { acceptOf } from '../viewer-request/viewer-class';
import type { EagerTask, Task } from './messages';
import { INVALIDATION_SECONDS } from './pass';

/** Renders that are asked for side by side, of one original. */
const CONCURRENCY = 4;

/** Longer than the rendering function may take. */
const TIMEOUT_MS = 35_000;

/** Edge, regional cache and Origin Shield may each keep a 404 for its own time, the one after the other. DG: origin-shield. */
const CACHES = 3;

/** Dependencies of `runEager`. */
export interface EagerServices {
  grammar: Grammar;
  sizes: string[];
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
  /** Of the distribution, without a slash at the end. */
  url(): Promise<string>;
  /** The header `cookie` of each request; missing where none is needed. */
  cookie?(): Promise<string>;
  isComplete(invalidation: string): Promise<boolean>;
  /** @returns those that could not be sent */
  send(tasks: Task[], delaySeconds: number): Promise<Task[]>;
  log(line: object): void;
}

/**
 * Makes the eager sizes of one original, or sees to it that they are made later: when the invalidation is complete,
 * or when an error from before the upload is no longer cached.
 * @throws Error where neither can be done now
 */
export async function runEager(task: EagerTask, services: EagerServices): Promise<void> {
  const later = async (message: EagerTask, seconds: number) => {
    const unsent = await services.send([message], seconds);
    if (unsent.length > 0) throw new Error('A message could not be sent.');
  };
  const { eager: key, invalidation, attempt } = task;
  if (invalidation !== undefined && !(await services.isComplete(invalidation)))
    return later(task, INVALIDATION_SECONDS);
  const isEarly = await makeEager(
    await services.url(),
    services.grammar,
    services.sizes,
    key,
    await services.cookie?.(),
  );
  services.log({ eager: key, attempt, isEarly });
  const wait = Math.min(SQS.delaySeconds, services.errorSeconds + INVALIDATION_SECONDS);
  const attempts = 1 + Math.ceil((CACHES * (services.errorSeconds + INVALIDATION_SECONDS)) / wait);
  if (isEarly && attempt < attempts) await later({ eager: key, attempt: attempt + 1 }, wait);
}

/**
 * Asks for every eager size of an original through the distribution.
 * @param cookie the header of each request
 * @returns whether an error from before the upload may still be cached, so that it has to be asked again
 * @throws Error where one could not be made now
 */
export async function makeEager(
  url: string,
  grammar: Grammar,
  sizes: string[],
  key: string,
  cookie?: string,
): Promise<boolean> {
  const requests = eagerRequests(grammar, sizes, key);
  const outcomes = await pMap(requests, (request) => ask(url, request, cookie), { concurrency: CONCURRENCY });
  const failed = outcomes.find(({ isRejected }) => isRejected);
  if (failed) throw new Error(`An eager size was answered with ${failed.status}.`);
  return outcomes.some(({ status, isCached }) => status === 404 || (status === 415 && isCached));
}

interface EagerRequest {
  path: string;
  accept: string;
}

/** A request for each size and class of viewers, none twice: with no modern format the classes are one, as they are for `info`. */
export function eagerRequests(grammar: Grammar, sizes: string[], key: string): EagerRequest[] {
  // Sizes are named as in a query, whether or not viewers may do so.
  const readable: Grammar = { ...grammar, urls: ['query'] };
  const requests = new Map<string, EagerRequest>();
  for (const value of sizes) {
    for (const accept of VIEWER_CLASSES.map(acceptOf)) {
      // With any size, so that the whole path is the key.
      const query: Values =
        value === INFO ? { size: { value: 'full' }, format: { value: INFO_TARGET } } : { size: { value } };
      const path = normalise(urlGrammar(readable), `${grammar.base}/${encodeKey(key)}`, query, accept);
      if (!isRefusal(path)) requests.set(path, { path, accept });
    }
  }
  return [...requests.values()];
}

interface EagerAnswer {
  status: number;
  /** Refused for now by a web ACL, by CloudFront, or because too many renders run; never by this project's functions. */
  isRejected: boolean;
  /** From a cache, and so perhaps from before the upload. */
  isCached: boolean;
}

async function ask(url: string, { path, accept }: EagerRequest, cookie: string | undefined): Promise<EagerAnswer> {
  const response = await fetch(url + path, {
    headers: { accept, ...(cookie !== undefined && { cookie }) },
    // A redirect says that the variant is stored.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.arrayBuffer();
  const { status, headers } = response;
  return {
    status,
    isRejected: status >= 429 || (status === 403 && !headers.has('x-resizer-error')),
    isCached: headers.has('age'),
  };
}
