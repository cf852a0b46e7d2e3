/**
 * Lambda@Edge at origin-response: S3 has the variant, or a refusal of it, or the variant is made now.
 *
 * `SETTINGS` is read from `settings.json` beside the bundle, by a line that the build puts first.
 */
// First, so that the process that renders starts while the S3 client is loaded.
import './renderer';
import { setImmediate } from 'node:timers/promises';
import type { CloudFrontResponseEvent, CloudFrontResponseResult, CloudFrontResultResponse, Context } from 'aws-lambda';
import { allows } from '../allow-list';
import type { OriginResponseSettings } from '../config/settings';
import { failure } from '../failure';
import { parsePath } from '../path';
import { type VariantRequest, printVariant } from '../variant';
import { type Exchange, headOnly, passOn, refuse, uncached } from './answer';
import { bucketsOf } from './buckets';
import { cacheTagHeaderOf, renameCacheTag } from './cache-tag-header';
import { RenderLog } from './log';
import { makeVariant } from './make-variant';
import { describeResponse } from './s3-failure';
import { Store } from './store';
import { isInForce, refusalOf } from './stored-refusal';

declare const SETTINGS: OriginResponseSettings;

/** Statuses with which S3 answers for an object that it has, and sends its metadata. */
const FOUND = new Set(['200', '206']);

/** The same without the metadata: S3 has to be asked whether the object is a picture or a refusal. */
const FOUND_WITHOUT_METADATA = new Set(['304', '412', '416']);

/** S3 has no such object. It answers with 403 if the distribution may not list the bucket. */
const MISSING = new Set(['404', '403']);

const UNREACHABLE = failure('UNAVAILABLE', 'The variants cannot be reached now. Try again.');
const GONE = failure('NOT_FOUND', 'This copy of the image is gone. Leave out what begins with the ~.');
const NOT_ALLOWED = failure('NOT_ALLOWED', 'This is no variant that is allowed here.');
const FAULT = failure('UNAVAILABLE', 'The image could not be made. Try again.');

/** The log groups of replicas have this before the function's name. Open whether `context.functionName` has it, too. */
const HOME_REGION = /^us-east-1\./;

/** Kept back from the time that the function has left, for sending the answer. */
const MARGIN_MS = 1_000;

/** The entry point; it never throws. */
export async function handler(event: CloudFrontResponseEvent, context: Context): Promise<CloudFrontResponseResult> {
  const exchange = event.Records[0]!.cf;
  const { request, response } = exchange;
  const requested = parsePath(SETTINGS.grammar, request.uri);
  const subject = {
    key: requested?.key ?? request.uri,
    variant: requested ? printVariant(requested.variant) : '',
    originStatus: Number(response.status),
  };
  const log = new RenderLog(context.functionName.replace(HOME_REGION, ''), subject, SETTINGS.hasMetrics);
  const answer = await answerInPlace(exchange, requested, context, log).catch((error: unknown) => {
    log.error(error);
    return refuse(exchange, FAULT);
  });
  log.write();
  const sent = answer && request.method === 'HEAD' ? headOnly(answer) : answer;
  return renameCacheTag(sent ?? passOn(response), request.origin?.s3 && cacheTagHeaderOf(request.origin.s3));
}

/** The answer that takes the place of S3's; undefined if S3's is about a picture. */
async function answerInPlace(
  exchange: Exchange,
  requested: VariantRequest | undefined,
  context: Context,
  log: RenderLog,
): Promise<CloudFrontResultResponse | undefined> {
  const { request, response } = exchange;
  const { grammar, generation, refusalRules, budgetMs } = SETTINGS;
  const isFound = FOUND.has(response.status);
  const refusal = isFound ? refusalOf(response.headers) : undefined;
  if (isFound && !refusal) return undefined;
  if (refusal && isInForce(refusal, refusalRules)) return refuse(exchange, refusal.failure, refusal.cacheTag);

  const s3 = request.origin?.s3;
  const hasNoMetadata = FOUND_WITHOUT_METADATA.has(response.status);
  const isAnswered = isFound || hasNoMetadata || MISSING.has(response.status);
  if (s3 && (!isAnswered || response.status === '403')) {
    log.s3Failures.push(describeResponse(response, bucketsOf(s3).variants));
  }
  if (!isAnswered) {
    log.outcome = UNREACHABLE.code;
    return refuse(exchange, UNREACHABLE);
  }
  const isAllowed = s3 && requested && allows(grammar, requested.variant) && s3.path === `/${generation}`;
  if (!isAllowed) return hasNoMetadata ? undefined : refuse(exchange, NOT_ALLOWED);
  if (requested.variant.digest !== undefined) {
    if (hasNoMetadata) return undefined;
    log.outcome = GONE.code;
    return uncached(refuse(exchange, GONE));
  }
  const budget = Math.max(0, Math.min(budgetMs, context.getRemainingTimeInMillis() - MARGIN_MS));
  const end = performance.now() + budget;
  const store = new Store(bucketsOf(s3), AbortSignal.timeout(budget), log);
  await noticeClosedConnections();
  const outdated = hasNoMetadata ? await store.headRefusal(requested) : refusal;
  if (hasNoMetadata && !outdated) return undefined;
  if (outdated && isInForce(outdated, refusalRules)) return refuse(exchange, outdated.failure, outdated.cacheTag);
  const left = () => end - performance.now();
  return makeVariant({ exchange, requested, store, outdated: outdated?.etag, left, log });
}

/**
 * A whole turn of the event loop notices connections that S3 closed while the process was frozen. A request over one of
 * them would fail first, and be tried again.
 */
async function noticeClosedConnections(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
