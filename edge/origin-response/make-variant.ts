import type { CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { cacheTagOf } from '../cache-tag';
import { type Failure, failure, isFailure } from '../failure';
import { type Variant, type VariantRequest, printPath, printVariant } from '../variant';
import { METRICS } from '../metrics';
import type { Rendered } from '../render/types';
import type { OriginResponseSettings } from '../config/settings';
import {
  type Picture,
  errorCacheControl,
  fallbackAnswer,
  redirect,
  refuse,
  variantAnswer,
  variantCacheControl,
} from './answer';
import type { RenderLog } from './log';
import { expiryOf, isInForce, isLasting } from './refusal';
import { renderer } from './renderer';
import type { Original, RefusedOriginal, Store } from './store';

/** What one request is about, and the time that it has. */
export interface Job {
  wanted: VariantRequest;
  /** S3's response, which is to be replaced. */
  origin: CloudFrontResponse;
  settings: OriginResponseSettings;
  store: Store;
  /** ETag of a stored refusal that no longer holds; undefined where nothing is stored. */
  outdated?: string | undefined;
  /** Milliseconds until the budget is spent. */
  left: () => number;
  log: RenderLog;
}

const NOT_STORED = failure(
  'UNAVAILABLE',
  'The image could not be stored, and is too large to be sent without. Try again.',
);

/** Where a variant of an original is stored. */
export const variantKey = (generation: string, key: string, variant: Variant): string =>
  `${generation}/${key}/${printVariant(variant)}`;

/** Makes, stores and answers one variant: one get, one render, one put. */
export async function makeVariant(job: Job): Promise<CloudFrontResultResponse> {
  const { wanted, origin, settings, log } = job;
  const made = await make(job, wanted.key);
  if (isFailure(made)) return refuseVariant(job, made);
  const inline = variantAnswer(origin, made, cacheTagOf(wanted.key), settings.cache);
  if (inline) {
    log.outcome('rendered');
    return inline;
  }
  if (made.etag === undefined) {
    log.outcome(NOT_STORED.code);
    return refuse(origin, NOT_STORED, settings.cache);
  }
  log.outcome('redirected');
  return redirect(origin, printPath(wanted));
}

async function refuseVariant(job: Job, cause: Failure): Promise<CloudFrontResultResponse> {
  const { wanted, origin, settings, log } = job;
  log.outcome(cause.code);
  const image = cause.code === 'NOT_FOUND' ? await fallbackPicture(job) : undefined;
  const answer = image && fallbackAnswer(origin, image, cause, settings.cache);
  return answer ?? refuse(origin, cause, settings.cache, isLasting(cause) ? cacheTagOf(wanted.key) : undefined);
}

/** The variant of the fallback image: stored as any other, and rendered once. */
async function fallbackPicture(job: Job): Promise<Picture | undefined> {
  const { wanted, settings, store, log } = job;
  if (settings.fallback === undefined) return undefined;
  const key = variantKey(settings.generation, settings.fallback, wanted.variant);
  const stored = await log.time(METRICS.get, () => store.getVariant(key));
  if (stored && 'base64' in stored) return stored;
  if (stored && isInForce(stored, settings.refusalRules)) return undefined;
  const made = await make({ ...job, outdated: stored?.etag }, settings.fallback);
  return isFailure(made) ? undefined : made;
}

/** Makes and stores the wanted variant of an original, or stores that it cannot be made. */
async function make(job: Job, key: string): Promise<Picture | Failure> {
  const original = await fetchOriginal(job, key);
  if (isFailure(original)) return original;
  const rendered = 'refusal' in original ? original.refusal : await renderInTime(job, original);
  if (isFailure(rendered)) return storeRefusal(job, key, original.etag, rendered);
  return storePicture(job, key, original.etag, rendered);
}

async function fetchOriginal(
  { store, settings, log }: Job,
  key: string,
): Promise<Original | RefusedOriginal | Failure> {
  const original = await log.time(METRICS.get, () => store.getOriginal(key, settings.originalBytes));
  if ('body' in original) log.bytesIn(original.body.length);
  return original;
}

async function renderInTime({ wanted, left, log }: Job, original: Original): Promise<Rendered | Failure> {
  const rendered = await log.time(METRICS.render, () =>
    renderer.render(original.body, wanted.variant, left(), (report) => log.process(report)),
  );
  if (!isFailure(rendered)) log.rendered(rendered);
  return rendered;
}

async function storePicture(
  { wanted, settings, store, log }: Job,
  key: string,
  originalEtag: string,
  { body, contentType, notice }: Rendered,
): Promise<Picture> {
  const put = log.time(METRICS.put, () =>
    store.putVariant(variantKey(settings.generation, key, wanted.variant), {
      body,
      contentType,
      notice,
      cacheControl: variantCacheControl(settings.cache),
      cacheTag: cacheTagOf(key),
      originalEtag,
    }),
  );
  // The put is under way while the body is encoded.
  const base64 = body.toString('base64');
  const etag = await put;
  if (etag === undefined) log.unstored();
  return { contentType, base64, etag, notice };
}

/**
 * Stores what is certain to fail again, so that it costs one render.
 * @returns the failure, or the picture that somebody else has made and stored meanwhile
 */
async function storeRefusal(
  { wanted, settings, store, outdated, log }: Job,
  key: string,
  originalEtag: string,
  cause: Failure,
): Promise<Picture | Failure> {
  if (!isLasting(cause)) return cause;
  const path = variantKey(settings.generation, key, wanted.variant);
  const cacheTag = cacheTagOf(key);
  const put = await log.time(METRICS.put, () =>
    store.putRefusal(path, {
      refusal: { failure: cause, rules: settings.refusalRules, expires: expiryOf(cause), cacheTag },
      replaces: outdated,
      cacheControl: errorCacheControl(settings.cache),
      cacheTag,
      originalEtag,
    }),
  );
  if (put === 'failed') log.unstored();
  if (put !== 'taken') return cause;
  const current = await store.getVariant(path);
  return current && 'base64' in current ? current : cause;
}
