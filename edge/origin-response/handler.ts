/**
 * Lambda@Edge at origin-response: S3 has the variant, or that it cannot be made, or it is made now.
 *
 * `SETTINGS` is read from `settings.json` beside the bundle, by a line that the build puts first.
 */
// First, so that the process that renders starts while the S3 client is loaded.
import './renderer';
import { setImmediate } from 'node:timers/promises';
import type {
  CloudFrontResponse,
  CloudFrontResponseEvent,
  CloudFrontResponseResult,
  CloudFrontResultResponse,
  Context,
} from 'aws-lambda';
import { allows } from '../allow-list';
import type { OriginResponseSettings } from '../config/settings';
import { failure } from '../failure';
import { parsePath } from '../path';
import { printVariant } from '../variant';
import { type Exchange, gone, headOnly, passOn, refuse, renameCacheTag } from './answer';
import { bucketsOf, cacheTagHeaderOf } from './buckets';
import { RenderLog } from './log';
import { makeVariant } from './make-variant';
import { describeResponse } from './s3-failure';
import { Store } from './store';
import { isInForce, refusalOf } from './stored-refusal';

declare const SETTINGS: OriginResponseSettings;

/** The entry point; it never throws. */
export async function handler(event: CloudFrontResponseEvent, context: Context): Promise<CloudFrontResponseResult> {
  const exchange = event.Records[0]!.cf;
  const { request, response } = exchange;
  const answer = await answerInPlace(exchange, context);
  const sent = answer && request.method === 'HEAD' ? headOnly(answer) : answer;
  return renameCacheTag(sent ?? passOn(response), request.origin?.s3 && cacheTagHeaderOf(request.origin.s3));
}

/** The answer that takes the place of S3's; undefined where S3's is that of a picture. */
async function answerInPlace(exchange: Exchange, context: Context): Promise<CloudFrontResultResponse | undefined> {
  const { request, response } = exchange;
  const { grammar, generation, refusalRules, hasMetrics, budgetMs } = SETTINGS;
  const refusal = FOUND.has(response.status) ? refusalOf(response.headers) : undefined;
  if (FOUND.has(response.status) && !refusal) return undefined;
  if (refusal && isInForce(refusal, refusalRules)) return refuse(exchange, refusal.failure, refusal.cacheTag);

  const s3 = request.origin?.s3;
  const requested = parsePath(grammar, request.uri);
  const subject = {
    key: requested?.key ?? request.uri,
    variant: requested ? printVariant(requested.variant) : '',
    originStatus: Number(response.status),
  };
  const log = new RenderLog(context.functionName.replace(HOME_REGION, ''), subject, hasMetrics);
  try {
    if (s3 && isFailed(response)) log.s3Failure(describeResponse(response, bucketsOf(s3).variants));
    if (!ANSWERED.has(response.status)) {
      log.outcome(UNREACHABLE.code);
      return refuse(exchange, UNREACHABLE);
    }
    const hasNoMetadata = FOUND_WITHOUT_METADATA.has(response.status);
    const isAllowed = s3 && requested && allows(grammar, requested.variant) && s3.path === `/${generation}`;
    if (!isAllowed) return hasNoMetadata ? undefined : refuse(exchange, NOT_ALLOWED);
    if (requested.variant.digest !== undefined) {
      if (hasNoMetadata) return undefined;
      log.outcome(GONE.code);
      return gone(exchange, GONE);
    }
    const budget = Math.max(0, Math.min(budgetMs, context.getRemainingTimeInMillis() - MARGIN_MS));
    const end = performance.now() + budget;
    const store = new Store(bucketsOf(s3), AbortSignal.timeout(budget), log);
    await noticeClosedConnections();
    const outdated = hasNoMetadata ? await store.headRefusal(requested) : refusal;
    if (hasNoMetadata && !outdated) return undefined;
    if (outdated && isInForce(outdated, refusalRules)) return refuse(exchange, outdated.failure, outdated.cacheTag);
    return await makeVariant({
      exchange,
      requested,
      store,
      outdated: outdated?.etag,
      left: () => end - performance.now(),
      log,
    });
  } catch (error) {
    log.error(error);
    return refuse(exchange, failure('UNAVAILABLE', 'The image could not be made. Try again.'));
  } finally {
    log.write();
  }
}

/** Statuses with which S3 answers for an object that it has, and sends its metadata. */
const FOUND = new Set(['200', '206']);

/** The same, without its metadata: whether the object is a picture or a refusal has to be asked. */
const FOUND_WITHOUT_METADATA = new Set(['304', '412', '416']);

/** S3 says 404 for a missing object, and 403 where the distribution may not list the bucket. */
const MISSING = new Set(['404', '403']);

const ANSWERED = new Set([...FOUND, ...FOUND_WITHOUT_METADATA, ...MISSING]);

const UNREACHABLE = failure('UNAVAILABLE', 'The variants cannot be reached now. Try again.');
const GONE = failure('NOT_FOUND', 'This copy of the image is gone. Leave out what begins with the ~.');
const NOT_ALLOWED = failure('NOT_ALLOWED', 'This is no variant that is allowed here.');

/** The log groups of replicas have this before the function's name. Open whether `context.functionName` has it, too. */
const HOME_REGION = /^us-east-1\./;

/** Kept back from the time that the function has left, for the answer's way out. */
const MARGIN_MS = 1_000;

/** Whether S3 failed where it should have known the variant, or that there is none. */
const isFailed = ({ status }: CloudFrontResponse): boolean => status === '403' || !ANSWERED.has(status);

/**
 * Connections that S3 closed while the process was frozen are noticed in a whole turn of the event loop; a request sent
 * over one would fail first, and be tried again.
 */
async function noticeClosedConnections(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
