import type { CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { cacheTagOf } from '../cache-tag';
import { type Failure, failure, isFailure } from '../failure';
import { type Wanted, encodeKey, printVariant } from '../grammar';
import { METRICS } from '../metrics';
import type { Rendered } from '../render';
import type { OriginResponseSettings } from '../settings';
import { fallback, redirect, refuse, stored, unstored, variantCacheControl } from './answer';
import type { Buckets } from './buckets';
import type { RenderLog } from './log';
import { renderer } from './renderer';
import { type Original, getOriginal, putVariant } from './store';

/** What one request is about, and the time that it has. */
export interface Job {
  wanted: Wanted;
  buckets: Buckets;
  /** S3's response, which is to be replaced. */
  origin: CloudFrontResponse;
  settings: OriginResponseSettings;
  /** Aborts when the budget is spent. */
  signal: AbortSignal;
  /** Milliseconds until then. */
  left: () => number;
  log: RenderLog;
}

async function renderInTime({ wanted, left, log }: Job, original: Original): Promise<Rendered | Failure> {
  const rendered = await log.time(METRICS.render, () =>
    renderer.render(original.body, wanted.variant, left(), (report) => log.process(report)),
  );
  if (!isFailure(rendered)) log.rendered(rendered);
  return rendered;
}

async function fetchOriginal({ buckets, settings, signal, log }: Job, key: string): Promise<Original | Failure> {
  const original = await log.time(METRICS.get, () => getOriginal(buckets, key, settings.originalBytes, signal));
  if (!isFailure(original)) log.bytesIn(original.body.length);
  return original;
}

async function missing(job: Job, cause: Failure): Promise<CloudFrontResultResponse> {
  const { origin, settings } = job;
  const original = settings.fallback ? await fetchOriginal(job, settings.fallback) : cause;
  const rendered = isFailure(original) ? original : await renderInTime(job, original);
  const image = isFailure(rendered) ? undefined : fallback(origin, rendered, cause, settings.cache);
  return image ?? refuse(origin, cause, settings.cache);
}

async function store(job: Job, original: Original, rendered: Rendered): Promise<CloudFrontResultResponse> {
  const { wanted, buckets, origin, settings, signal, log } = job;
  const name = printVariant(wanted.variant);
  const cacheTag = cacheTagOf(wanted.key);
  const put = log.time(METRICS.put, () =>
    putVariant(
      buckets,
      {
        key: `${settings.generation}/${wanted.key}/${name}`,
        body: rendered.body,
        contentType: rendered.contentType,
        cacheControl: variantCacheControl(settings.cache),
        cacheTag,
        originalEtag: original.etag,
      },
      signal,
    ),
  );
  // The put is under way while the body is encoded.
  const base64 = rendered.body.toString('base64');
  const etag = await put;
  if (etag) {
    const inline = stored(origin, rendered, base64, { etag, cacheTag }, settings.cache);
    log.outcome(inline ? 'rendered' : 'redirected');
    return inline ?? redirect(origin, `/${encodeKey(wanted.key)}/${name}`);
  }
  log.outcome('unstored');
  const tooLarge = failure(
    'UNAVAILABLE',
    'The image could not be stored, and is too large to be sent without. Try again.',
  );
  return unstored(origin, rendered, base64) ?? refuse(origin, tooLarge, settings.cache);
}

/** Makes, stores and answers one variant: one get, one render, one put. */
export async function makeVariant(job: Job): Promise<CloudFrontResultResponse> {
  const original = await fetchOriginal(job, job.wanted.key);
  const rendered = isFailure(original) ? original : await renderInTime(job, original);
  if (isFailure(original) || isFailure(rendered)) {
    const cause = rendered as Failure;
    job.log.outcome(cause.code);
    return cause.code === 'NOT_FOUND' ? missing(job, cause) : refuse(job.origin, cause, job.settings.cache);
  }
  return store(job, original, rendered);
}
