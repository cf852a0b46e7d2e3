import { createHash } from 'node:crypto';
import type { CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { cacheTagOf } from '../cache-tag';
import { type Failure, failure, isFailure } from '../failure';
import { DIGEST_CHARACTERS, INFO_TARGET, type Variant, type VariantRequest, printPath } from '../variant';
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
import { missingOriginal } from './missing-original';
import { expiryOf, isInForce, isLasting } from './stored-refusal';
import { renderer } from './renderer';
import { type NewVariant, type Original, type RefusedOriginal, type Store, type Version, variantKey } from './store';

/** What one request is about, and the time that it has. */
export interface Job {
  requested: VariantRequest;
  /** S3's response, which is to be replaced. */
  origin: CloudFrontResponse;
  settings: OriginResponseSettings;
  store: Store;
  /** ETag of a stored refusal that no longer holds; undefined where nothing is stored. */
  outdated?: string | undefined;
  /** Milliseconds until the budget is spent. */
  left: () => number;
  log: RenderLog;
  isHead: boolean;
}

const pathOf = ({ settings, requested }: Job): string => printPath(settings.grammar, requested);

const NOT_STORED = failure(
  'UNAVAILABLE',
  'The image could not be stored, and is too large to be sent without. Try again.',
);

/** Makes, stores and answers one variant: one get, one render, one put, or two where it needs a second name. */
export async function makeVariant(job: Job): Promise<CloudFrontResultResponse> {
  const { requested, origin, settings, log } = job;
  const made = await make(job, requested.key);
  if (isFailure(made)) return refuseVariant(job, made);
  const inline = job.isHead
    ? undefined
    : variantAnswer(origin, made, cacheTagOf(settings.grammar.base, requested.key), settings.cache);
  if (inline) {
    log.outcome('rendered');
    return inline;
  }
  if (made.digest === undefined) {
    log.outcome(NOT_STORED.code);
    return refuse(origin, pathOf(job), NOT_STORED, settings.cache);
  }
  log.outcome('redirected');
  return redirect(
    origin,
    printPath(settings.grammar, { key: requested.key, variant: { ...requested.variant, digest: made.digest } }),
  );
}

/** As long as any that S3 gives to an object of one part. */
const LONGEST_ETAG = `"${'0'.repeat(32)}"`;

/**
 * Whether the answer is a redirect: to what is over the limit of a generated response, and for HEAD, whose 200 without
 * a body could stand for the picture in a cache that keeps every answer for a second.
 */
const needsSecondName = ({ isHead, origin, settings, requested }: Job, key: string, picture: Picture): boolean =>
  key === requested.key &&
  (isHead ||
    !variantAnswer(origin, { ...picture, etag: LONGEST_ETAG }, cacheTagOf(settings.grammar.base, key), settings.cache));

async function refuseVariant(job: Job, cause: Failure): Promise<CloudFrontResultResponse> {
  const { requested, origin, settings, log } = job;
  log.outcome(cause.code);
  // Facts about another picture would be taken for those of the one that was asked for.
  const hasFallback = cause.code === 'NOT_FOUND' && requested.variant.target !== INFO_TARGET;
  const image = hasFallback ? await fallbackPicture(job) : undefined;
  const answer = image && fallbackAnswer(origin, image, cause, settings.cache);
  return (
    answer ??
    refuse(
      origin,
      pathOf(job),
      cause,
      settings.cache,
      isLasting(cause) ? cacheTagOf(settings.grammar.base, requested.key) : undefined,
    )
  );
}

/** The variant of the fallback image: stored as any other, and rendered once. */
async function fallbackPicture(job: Job): Promise<Picture | undefined> {
  const { requested, settings, store, log } = job;
  if (settings.fallback === undefined) return undefined;
  const key = variantKey(settings, settings.fallback, requested.variant);
  const stored = await log.time(METRICS.get, () => store.getVariant(key));
  if (stored && 'base64' in stored) return stored;
  if (stored && isInForce(stored, settings.refusalRules)) return undefined;
  const made = await make({ ...job, outdated: stored?.etag }, settings.fallback);
  return isFailure(made) ? undefined : made;
}

/** Makes and stores the requested variant of an original, or stores that it cannot be made. */
async function make(job: Job, key: string): Promise<Picture | Failure> {
  const original = await fetchOriginal(job, key);
  if (isFailure(original)) return original;
  const rendered = 'refusal' in original ? original.refusal : await renderInTime(job, original);
  if (isFailure(rendered)) return storeRefusal(job, key, original, rendered);
  return storePicture(job, key, original, rendered);
}

async function fetchOriginal(
  { store, settings, log }: Job,
  key: string,
): Promise<Original | RefusedOriginal | Failure> {
  const original = await log.time(METRICS.get, () => store.getOriginal(key, settings.render.maxBytes));
  if (original === undefined) return failure('NOT_FOUND', missingOriginal(settings.grammar, key));
  if (isFailure(original)) return original;
  log.focus(original.focus);
  if ('body' in original) log.bytesIn(original.body.length);
  return original;
}

async function renderInTime({ requested, left, log }: Job, original: Original): Promise<Rendered | Failure> {
  const rendered = await log.time(METRICS.render, () =>
    renderer.render(original.body, { variant: requested.variant, focus: original.focus.point }, left(), (report) =>
      log.process(report),
    ),
  );
  if (!isFailure(rendered)) log.rendered(rendered);
  return rendered;
}

async function storePicture(
  job: Job,
  key: string,
  original: Version,
  { body, contentType, viewerNote }: Rendered,
): Promise<Picture> {
  const { requested, log } = job;
  const picture: Picture = { contentType, viewerNote, base64: body.toString('base64') };
  // First, so that the redirect leads to bytes even where the second put fails.
  const digest = needsSecondName(job, key, picture)
    ? await putSecondName(job, key, original, { body, contentType, viewerNote })
    : undefined;
  const etag = await put(job, key, requested.variant, original, { body, contentType, viewerNote });
  if (etag === undefined) log.unstored();
  return { ...picture, etag, digest };
}

/** @returns the digest in the second name; undefined where S3 fails */
async function putSecondName(
  job: Job,
  key: string,
  original: Version,
  content: PictureContent,
): Promise<string | undefined> {
  const digest = createHash('sha256').update(content.body).digest('hex').slice(0, DIGEST_CHARACTERS);
  const etag = await put(job, key, { ...job.requested.variant, digest }, original, content);
  return etag === undefined ? undefined : digest;
}

type PictureContent = Pick<NewVariant, 'body' | 'contentType' | 'viewerNote'>;

const put = (
  { settings, store, log }: Job,
  key: string,
  variant: Variant,
  original: Version,
  content: PictureContent,
): Promise<string | undefined> =>
  log.time(METRICS.put, () =>
    store.putVariant(variantKey(settings, key, variant), {
      ...content,
      cacheControl: variantCacheControl(settings.cache),
      cacheTag: cacheTagOf(settings.grammar.base, key),
      original,
    }),
  );

/**
 * Stores what is certain to fail again, so that it costs one render.
 * @returns the failure, or the picture that somebody else has made and stored meanwhile
 */
async function storeRefusal(job: Job, key: string, original: Version, cause: Failure): Promise<Picture | Failure> {
  if (!isLasting(cause)) return cause;
  const { requested, settings, store, outdated, log } = job;
  const path = variantKey(settings, key, requested.variant);
  const cacheTag = cacheTagOf(settings.grammar.base, key);
  const outcome = await log.time(METRICS.put, () =>
    store.putRefusal(path, {
      refusal: { failure: cause, rules: settings.refusalRules, expires: expiryOf(cause), cacheTag },
      replaces: outdated,
      cacheControl: errorCacheControl(settings.cache),
      cacheTag,
      original,
    }),
  );
  if (outcome === 'failed') log.unstored();
  if (outcome !== 'taken') return cause;
  const current = await store.getVariant(path);
  if (!current || !('base64' in current)) return cause;
  if (!needsSecondName(job, key, current)) return current;
  const { contentType, base64, viewerNote } = current;
  const content = { body: Buffer.from(base64, 'base64'), contentType, viewerNote };
  return { ...current, digest: await putSecondName(job, key, original, content) };
}
