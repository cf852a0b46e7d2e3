/**
 * Lambda@Edge at origin-response: S3 has the variant, or it is made now.
 *
 * `SETTINGS` is put in by the build.
 */
// First, so that the process that renders starts while the S3 client is loaded.
import './renderer';
import { setImmediate } from 'node:timers/promises';
import type { CloudFrontResponseEvent, CloudFrontResponseResult, Context } from 'aws-lambda';
import { failure } from '../failure';
import { allows, parsePath, printVariant } from '../grammar';
import type { OriginResponseSettings } from '../settings';
import { headOnly, passOn, refuse } from './answer';
import { bucketsOf } from './buckets';
import { RenderLog } from './log';
import { makeVariant } from './make-variant';

declare const SETTINGS: OriginResponseSettings;

/** Statuses with which S3 answers for a variant that it has. */
const HAS = new Set(['200', '206', '304', '412', '416']);

/** S3 says 404 for a missing object, and 403 where the distribution may not list the bucket. */
const LACKS = new Set(['404', '403']);

/** Before the name of a function where CloudFront runs it, by its log groups; whether here as well is open. */
const HOME_REGION = /^us-east-1\./;

/** Kept back from the time that the function has left, for the answer's way out. */
const MARGIN_MS = 1_000;

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
  if (HAS.has(origin.status)) return passOn(origin);

  const { grammar, generation, cache, budgetMs } = SETTINGS;
  if (!LACKS.has(origin.status)) {
    return refuse(origin, failure('UNAVAILABLE', 'The variants cannot be reached now. Try again.'), cache);
  }
  const s3 = request.origin?.s3;
  const wanted = parsePath(grammar, request.uri);
  if (!s3 || !wanted || !allows(grammar, wanted.variant) || s3.path !== `/${generation}`) {
    return refuse(origin, failure('NOT_ALLOWED', 'This is no variant that is allowed here.'), cache);
  }

  const log = new RenderLog(context.functionName.replace(HOME_REGION, ''), {
    key: wanted.key,
    variant: printVariant(wanted.variant),
    originStatus: Number(origin.status),
  });
  const budget = Math.max(0, Math.min(budgetMs, context.getRemainingTimeInMillis() - MARGIN_MS));
  const signal = AbortSignal.timeout(budget);
  const end = performance.now() + budget;
  const left = () => end - performance.now();
  try {
    await noticeClosedConnections();
    const answer = await makeVariant({ wanted, buckets: bucketsOf(s3), origin, settings: SETTINGS, signal, left, log });
    return request.method === 'HEAD' ? headOnly(answer) : answer;
  } catch (error) {
    log.error(error);
    return refuse(origin, failure('UNAVAILABLE', 'The image could not be made. Try again.'), cache);
  } finally {
    log.write();
  }
}
