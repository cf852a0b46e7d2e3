import pMap from 'p-map';
import { type Grammar, encodeKey } from '../variant';
import { normalise } from '../viewer-request/normalise';
import { isRefusal } from '../viewer-request/refusal';

/** Renders that are asked for side by side, of one original. */
const CONCURRENCY = 4;

/** What the three classes of viewers accept. */
const ACCEPTS = ['image/avif,image/webp,*/*', 'image/webp,*/*', '*/*'];

/** Longer than the rendering function may take. */
const TIMEOUT_MS = 35_000;

interface EagerRequest {
  path: string;
  accept: string;
}

/** A request for each size and class of viewers, none twice: with no modern format, the classes are one. */
export function eagerRequests(grammar: Grammar, sizes: string[], key: string): EagerRequest[] {
  // Sizes are named as in a query, whether or not viewers may do so.
  const readable: Grammar = { ...grammar, urls: ['query'] };
  const requests = new Map<string, EagerRequest>();
  for (const value of sizes) {
    for (const accept of ACCEPTS) {
      const path = normalise(readable, `/${encodeKey(key)}`, { size: { value } }, accept);
      if (!isRefusal(path)) requests.set(path, { path, accept });
    }
  }
  return [...requests.values()];
}

interface Outcome {
  status: number;
  /** Not by this project's functions, and so not for good: by a web ACL, by CloudFront, or for want of concurrency. */
  isTurnedAway: boolean;
  /** From a cache, and so perhaps from before the upload. */
  isCached: boolean;
}

async function ask(url: string, { path, accept }: EagerRequest): Promise<Outcome> {
  const response = await fetch(url + path, {
    headers: { accept },
    // A redirect says that the variant is stored.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.arrayBuffer();
  const { status, headers } = response;
  return {
    status,
    isTurnedAway: status >= 429 || (status === 403 && !headers.has('x-resizer-error')),
    isCached: headers.has('age'),
  };
}

/**
 * Asks for every eager size of an original through the distribution.
 * @returns whether an error from before the upload may still be cached, so that it has to be asked again
 * @throws Error where one could not be made now
 */
export async function makeEager(url: string, grammar: Grammar, sizes: string[], key: string): Promise<boolean> {
  const requests = eagerRequests(grammar, sizes, key);
  const outcomes = await pMap(requests, (request) => ask(url, request), { concurrency: CONCURRENCY });
  const failed = outcomes.find(({ isTurnedAway }) => isTurnedAway);
  if (failed) throw new Error(`An eager size was answered with ${failed.status}.`);
  return outcomes.some(({ status, isCached }) => status === 404 || (status === 415 && isCached));
}
