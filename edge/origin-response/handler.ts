/**
 * Lambda@Edge at origin-response: S3 has the variant, or that it cannot be made, or it is made now.
 *
 * `SETTINGS` is read from `settings.json` beside the bundle, by a line that the build puts first.
 */
// First, so that the process that renders starts while the S3 client is loaded.
import './renderer';
import { setImmediate } from 'node:timers/promises';
import type {
  CloudFrontRequest,
  CloudFrontResponse,
  CloudFrontResponseEvent,
  CloudFrontResponseResult,
  CloudFrontResultResponse,
  CloudFrontS3Origin,
  Context,
} from 'aws-lambda';
import { failure } from '../failure';
import { allows } from '../allow-list';
import { type VariantRequest, parsePath, printPath, printVariant } from '../variant';
import type { OriginResponseSettings } from '../config/settings';
import { gone, headOnly, passOn, refuse, renameCacheTag } from './answer';
import { bucketsOf, cacheTagHeaderOf } from './buckets';
import { RenderLog } from './log';
import { makeVariant } from './make-variant';
import { type StoredRefusal, isInForce, refusalOf } from './stored-refusal';
import { describeResponse } from './s3-failure';
import { Store, variantKey } from './store';

declare const SETTINGS: OriginResponseSettings;

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

/** The entry point; it never throws. */
export async function handler(event: CloudFrontResponseEvent, context: Context): Promise<CloudFrontResponseResult> {
  const { request, response: origin } = event.Records[0]!.cf;
  const answer = await answerInPlace(request, origin, context);
  const cacheTagHeader = request.origin?.s3 && cacheTagHeaderOf(request.origin.s3);
  if (!answer) return renameCacheTag(passOn(origin), cacheTagHeader);
  return renameCacheTag(request.method === 'HEAD' ? headOnly(answer) : answer, cacheTagHeader);
}

/** The answer that takes the place of S3's; undefined where S3's is that of a picture. */
async function answerInPlace(
  request: CloudFrontRequest,
  origin: CloudFrontResponse,
  context: Context,
): Promise<CloudFrontResultResponse | undefined> {
  const { grammar, generation, cache, refusalRules } = SETTINGS;
  const refusal = FOUND.has(origin.status) ? refusalOf(origin.headers) : undefined;
  if (FOUND.has(origin.status) && !refusal) return undefined;
  if (refusal && isInForce(refusal, refusalRules))
    return refuse(origin, request.uri, refusal.failure, cache, refusal.cacheTag);

  const s3 = request.origin?.s3;
  const requested = parsePath(grammar, request.uri);
  const isAllowed = s3 && requested && allows(grammar, requested.variant) && s3.path === `/${generation}`;
  const subject = {
    key: requested?.key ?? request.uri,
    variant: requested ? printVariant(requested.variant) : '',
    originStatus: Number(origin.status),
  };
  const log = new RenderLog(context.functionName.replace(HOME_REGION, ''), subject, SETTINGS.hasMetrics);
  try {
    if (s3 && isFailed(origin)) log.s3Failure(describeResponse(origin, bucketsOf(s3).variants));
    if (!ANSWERED.has(origin.status)) {
      log.outcome(UNREACHABLE.code);
      return refuse(origin, request.uri, UNREACHABLE, cache);
    }
    if (isAllowed && requested.variant.digest !== undefined) {
      if (FOUND_WITHOUT_METADATA.has(origin.status)) return undefined;
      log.outcome(GONE.code);
      return gone(origin, request.uri, GONE);
    }
    if (isAllowed) {
      return await makeUnlessStored({
        requested,
        s3,
        origin,
        refusal,
        log,
        context,
        isHead: request.method === 'HEAD',
      });
    }
    return FOUND_WITHOUT_METADATA.has(origin.status) ? undefined : refuse(origin, request.uri, NOT_ALLOWED, cache);
  } catch (error) {
    log.error(error);
    return refuse(origin, request.uri, failure('UNAVAILABLE', 'The image could not be made. Try again.'), cache);
  } finally {
    log.write();
  }
}

interface MissingVariant {
  requested: VariantRequest;
  s3: CloudFrontS3Origin;
  origin: CloudFrontResponse;
  /** A stored one that no longer holds. */
  refusal: StoredRefusal | undefined;
  log: RenderLog;
  context: Context;
  isHead: boolean;
}

/** Makes the variant, unless a look into the bucket shows that there is no need to. */
async function makeUnlessStored({ requested, s3, origin, refusal, log, context, isHead }: MissingVariant) {
  const { cache, refusalRules, budgetMs } = SETTINGS;
  const budget = Math.max(0, Math.min(budgetMs, context.getRemainingTimeInMillis() - MARGIN_MS));
  const signal = AbortSignal.timeout(budget);
  const end = performance.now() + budget;
  const left = () => end - performance.now();
  const store = new Store(bucketsOf(s3), signal, log);
  await noticeClosedConnections();
  let outdated = refusal;
  if (FOUND_WITHOUT_METADATA.has(origin.status)) {
    const found = await store.headRefusal(variantKey(SETTINGS, requested.key, requested.variant));
    if (!found) return undefined;
    if (isInForce(found, refusalRules))
      return refuse(origin, printPath(SETTINGS.grammar, requested), found.failure, cache, found.cacheTag);
    outdated = found;
  }
  return makeVariant({ requested, origin, settings: SETTINGS, store, outdated: outdated?.etag, left, log, isHead });
}
