import type { FailureCode } from '../../edge/failure-statuses';
import type { Breaker } from './breaker';
import type { DigestSet } from './digest-set';
import type { Failures } from './failures';
import type { Journal } from './journal';
import type { Pace } from './pace';
import type { Outcome, Requester } from './request';
import { askPatiently, isTransient } from './retry';
import type { WarmRequest } from './sizes';
import type { Tally } from './tally';

/** The code of a refusal. */
const NO_IMAGE: FailureCode = 'UNSUPPORTED';

/** An entry that cannot be requested: a key that no URL can name, or a page that cannot be read. */
export interface Unusable {
  what: string;
  /** 0 without an answer. */
  status: number;
  reason: string;
}

interface Run {
  url: string;
  requests: AsyncIterable<WarmRequest | Unusable>;
  requester: Requester;
  pace: Pace;
  breaker: Breaker;
  tally: Tally;
  failures: Failures;
  /** Whether the keys come from a bucket: objects that are not images are then no failures, as they are in a list. */
  isBucket: boolean;
  /** Paths that an earlier run has finished. */
  done: DigestSet;
  journal: Journal | undefined;
  /** Aborts when nothing new should start. */
  stopping: AbortController;
}

/** Makes every request once, and waits for the last one. When stopped, it waits for requests in progress. */
export async function run({ requests, done, pace, stopping, tally, failures, ...context }: Run): Promise<void> {
  try {
    for await (const request of requests) {
      if (stopping.signal.aborted) break;
      failures.begin();
      if ('what' in request) {
        tally.fail(request.status, request.reason);
        failures.add(request.what, request.status, request.reason);
      } else if (done.has(request.path)) {
        tally.skipped += 1;
      } else if (tally.isNoImage(request.path)) {
        tally.addNoImage(request.path);
      } else {
        await pace.begin(() => make(request, { ...context, pace, stopping, tally, failures }));
      }
    }
  } finally {
    await pace.finished();
  }
}

async function make({ path, accept }: WarmRequest, context: Omit<Run, 'requests' | 'done'>): Promise<void> {
  const { url, requester, pace, breaker, tally, failures, isBucket, journal, stopping } = context;
  let attempts = 0;
  const isNoImage = ({ reason }: Outcome) => isBucket && reason === NO_IMAGE;
  const onAttempt = (outcome: Outcome) => {
    attempts += 1;
    if (attempts > 1) tally.retries += 1;
    breaker.record(outcome.source === undefined && !isNoImage(outcome), isTransient(outcome));
    if (breaker.isOpen) stopping.abort();
    if (isTransient(outcome)) pace.refused();
    else pace.succeeded();
  };
  if (stopping.signal.aborted) return;
  const outcome = await askPatiently(() => requester.ask(path, accept), stopping.signal, onAttempt);
  if (!outcome) return;
  if (isNoImage(outcome)) return tally.addNoImage(path);
  tally.add(outcome);
  if (outcome.source === undefined) failures.add(url + path, outcome.status, outcome.reason);
  else journal?.add(path);
}
