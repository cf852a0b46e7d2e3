/**
 * Lambda@Edge at origin-response: passes on a variant that S3 has, answers with a stored refusal, or makes the variant.
 *
 * The build adds a first line to the bundle, which reads `SETTINGS` from `settings.json`.
 */
// First, so that the render process starts while the S3 client is loaded.
import './renderer';
import { setImmediate } from 'node:timers/promises';
import type { CloudFrontResponseEvent, CloudFrontResponseResult, Context } from 'aws-lambda';
import { allows } from '../allow-list';
import type { OriginResponseSettings } from '../config/settings';
import { failure } from '../failure';
import { parsePath } from '../path';
import { type VariantRequest, printVariant } from '../variant';
import { type Answer, type Exchange, headOnly, passOn, refuse, uncached } from './answer';
import { bucketsOf } from './buckets';
import { cacheTagHeaderOf, renameCacheTag } from './cache-tag-header';
import { RenderLog } from './log';
import { makeVariant } from './make-variant';
import { describeResponse } from './s3-failure';
import { Store } from './store';
import { isInForce, refusalOf } from './stored-refusal';

declare const SETTINGS: OriginResponseSettings;

/** Statuses of S3 for an object that it has, with the object's metadata. */
const FOUND = new Set(['200', '206']);

/** The same without the metadata, so that S3 has to be asked whether the object is a picture or a refusal. */
const FOUND_WITHOUT_METADATA = new Set(['304', '412', '416']);

/** Statuses of S3 for an object that it does not have: 403 if the distribution may not list the bucket. */
const MISSING = new Set(['404', '403']);

const UNREACHABLE = failure('UNAVAILABLE', 'The variants cannot be reached now. Try again.');
const GONE = failure('NOT_FOUND', 'This copy of the image is gone. Leave out what begins with the ~.');
const NOT_ALLOWED = failure('NOT_ALLOWED', 'This is no variant that is allowed here.');
const FAULT = failure('UNAVAILABLE', 'The image could not be made. Try again.');

/** Prefix of the function's name in log groups of replicas. Whether `context.functionName` has it, too, is open. */
const HOME_REGION = /^us-east-1\./;

/** Milliseconds of the function's remaining time that are kept for sending the answer. */
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
  const log = new RenderLog(subject);
  const answer = await answerInPlace(exchange, requested, context, log).catch((error: unknown) => {
    log.error(error);
    return refuse(exchange, FAULT);
  });
  log.write(context.functionName.replace(HOME_REGION, ''));
  const sent = answer && request.method === 'HEAD' ? headOnly(answer) : answer;
  return renameCacheTag(sent ?? passOn(response), request.origin?.s3 && cacheTagHeaderOf(request.origin.s3));
}

/** The answer in place of S3's; undefined if S3's is passed on. */
async function answerInPlace(
  exchange: Exchange,
  requested: VariantRequest | undefined,
  context: Context,
  log: RenderLog,
): Promise<Answer | undefined> {
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
 * Lets the event loop turn once, in which it notices connections that S3 closed while the process was frozen. A request
 * over one of these would fail first, and be retried.
 */
async function noticeClosedConnections(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
