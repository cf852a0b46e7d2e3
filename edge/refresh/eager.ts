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

/** How many variants of one original are requested at a time. */
const CONCURRENCY = 4;

/** Longer than the rendering function may run. */
const TIMEOUT_MS = 35_000;

/** Edge, regional cache and Origin Shield may each cache a 404, one after the other. DG: origin-shield. */
const CACHES = 3;

/** Dependencies of `runEager`. */
export interface EagerServices {
  grammar: Grammar;
  sizes: string[];
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
  /** The URL of the distribution, without a slash at the end. */
  url(): Promise<string>;
  /** The header `cookie` of each request, if it needs one. */
  cookie?(): Promise<string>;
  isComplete(invalidation: string): Promise<boolean>;
  /** @returns the tasks that could not be sent */
  send(tasks: Task[], delaySeconds: number): Promise<Task[]>;
  log(line: object): void;
}

/**
 * Makes the eager sizes of one original, or sends a task to make them later: when the invalidation is complete, or when
 * an error from before the upload is no longer cached.
 * @throws Error if it can do neither now
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
 * Requests every eager size of an original from the distribution.
 * @param cookie the header of each request
 * @returns whether an error from before the upload may still be cached, so that the sizes have to be requested again
 * @throws Error if one could not be made now
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

/** The requests for each size and class of viewers. Classes that lead to the same path share a request. */
export function eagerRequests(grammar: Grammar, sizes: string[], key: string): EagerRequest[] {
  // Sizes are asked for in the query, whether or not viewers may do so.
  const readable: Grammar = { ...grammar, urls: ['query'] };
  const requests = new Map<string, EagerRequest>();
  for (const value of sizes) {
    for (const accept of VIEWER_CLASSES.map(acceptOf)) {
      // The facts need a size, too, so that the whole path is read as the key.
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
  /** Refused for now: by a web ACL, by CloudFront, or since too many renders run. Never by this project's functions. */
  isRejected: boolean;
  /** Whether it comes from a cache, and so perhaps from before the upload. */
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
