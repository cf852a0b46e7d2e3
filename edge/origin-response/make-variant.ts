import { createHash } from 'node:crypto';
import type { OriginResponseSettings } from '../config/settings';
import { type Failure, failure, isFailure } from '../failure';
import { DIGEST_CHARACTERS } from '../grammar-constants';
import { METRICS } from '../metrics';
import { printPath } from '../path';
import { INFO_TARGET, type VariantRequest } from '../variant';
import { type Answer, type Exchange, type Picture, pictureAnswer, redirect, refuse } from './answer';
import type { RenderLog } from './log';
import { renderer } from './renderer';
import { type Store, type Version, tagOf } from './store';
import { isInForce, isLasting } from './stored-refusal';

declare const SETTINGS: OriginResponseSettings;

/** One request for a variant that has to be made. */
export interface Job {
  exchange: Exchange;
  requested: VariantRequest;
  store: Store;
  /** ETag of a stored refusal that no longer holds; undefined if nothing is stored. */
  outdated?: string | undefined;
  /** Whether it is about the fallback image, which is never redirected to. */
  isFallback?: boolean;
  /** Milliseconds until the budget is spent. */
  left: () => number;
  log: RenderLog;
}

const NOT_STORED = failure(
  'UNAVAILABLE',
  'The image could not be stored, and is too large to be sent without. Try again.',
);

/** As long as the ETag of any object that is uploaded in one part. */
const LONGEST_ETAG = `"${'0'.repeat(32)}"`;

/** Makes, stores and answers one variant: one get, one render, one put, or two if it needs a second name. */
export async function makeVariant(job: Job): Promise<Answer> {
  const { exchange, requested, log } = job;
  const made = await make(job);
  if (isFailure(made)) return refuseVariant(job, made);
  const inline = inlineAnswer(job, made);
  if (inline) {
    log.outcome = 'rendered';
    return inline;
  }
  if (made.digest === undefined) {
    log.outcome = NOT_STORED.code;
    return refuse(exchange, NOT_STORED);
  }
  log.outcome = 'redirected';
  return redirect(exchange.response, printPath(SETTINGS.grammar, withDigest(requested, made.digest)));
}

/** Makes and stores a variant, or stores that it cannot be made. */
async function make(job: Job): Promise<Picture | Failure> {
  const { requested, store, left, log } = job;
  const original = await log.time(METRICS.get, () => store.getOriginal(requested.key));
  if (isFailure(original)) return original;
  const { body, focus } = original;
  log.fetched(isFailure(body) ? undefined : body.length, focus);
  if (isFailure(body)) return storeRefusal(job, original, body);
  const task = { variant: requested.variant, focus: focus.point };
  const rendered = await log.time(METRICS.render, () =>
    renderer.render(body, task, left(), (report) => log.process(report)),
  );
  if (isFailure(rendered)) return storeRefusal(job, original, rendered);
  log.rendered(rendered);
  return storePicture(job, original, rendered);
}

async function storePicture(job: Job, original: Version, picture: Picture): Promise<Picture> {
  const { requested, store, log } = job;
  // First, so that the redirect leads somewhere even if the next put fails.
  const digest = await putSecondName(job, original, picture);
  const etag = await log.time(METRICS.put, () => store.putVariant(requested, original, picture));
  if (etag === undefined) log.isUnstored = true;
  return { ...picture, etag, digest };
}

/**
 * Stores a picture under its second name, if the answer has to redirect there.
 * @returns the digest in that name; undefined if it is not needed, or S3 fails
 */
async function putSecondName(job: Job, original: Version, picture: Picture): Promise<string | undefined> {
  const { requested, store, log, isFallback } = job;
  if (isFallback || inlineAnswer(job, { ...picture, etag: LONGEST_ETAG })) return undefined;
  const digest = createHash('sha256').update(picture.body).digest('hex').slice(0, DIGEST_CHARACTERS);
  const etag = await log.time(METRICS.put, () => store.putVariant(withDigest(requested, digest), original, picture));
  return etag === undefined ? undefined : digest;
}

/**
 * Stores a failure that is certain to recur, so that it costs one render only.
 * @returns the failure, or a picture that another request has stored meanwhile
 */
async function storeRefusal(job: Job, original: Version, cause: Failure): Promise<Picture | Failure> {
  if (!isLasting(cause)) return cause;
  const { requested, store, outdated, log } = job;
  const outcome = await log.time(METRICS.put, () => store.putRefusal(requested, original, cause, outdated));
  if (outcome === 'failed') log.isUnstored = true;
  const current = outcome === 'taken' ? await store.getVariant(requested) : undefined;
  if (!current || !('body' in current)) return cause;
  return { ...current, digest: await putSecondName(job, original, current) };
}

async function refuseVariant(job: Job, cause: Failure): Promise<Answer> {
  const { exchange, requested, log } = job;
  log.outcome = cause.code;
  const tag = tagOf(requested.key);
  const picture = cause.code === 'NOT_FOUND' ? await fallbackPicture(job) : undefined;
  const answer = picture && pictureAnswer(exchange.response, picture, tag, cause);
  return answer ?? refuse(exchange, cause, isLasting(cause) ? tag : undefined);
}

/** The variant of the fallback image, which is stored like any other, and rendered once. */
async function fallbackPicture(job: Job): Promise<Picture | undefined> {
  const { requested, store, log } = job;
  const { fallback: key, refusalRules } = SETTINGS;
  // Facts about the fallback would be mistaken for those of the missing original.
  if (key === undefined || requested.variant.target === INFO_TARGET) return undefined;
  const instead = { ...requested, key };
  const stored = await log.time(METRICS.get, () => store.getVariant(instead));
  if (stored && 'body' in stored) return stored;
  if (stored && isInForce(stored, refusalRules)) return undefined;
  const made = await make({ ...job, requested: instead, outdated: stored?.etag, isFallback: true });
  return isFailure(made) ? undefined : made;
}

/**
 * The answer with the picture in it; undefined if it is over the limit of a generated response. Undefined for HEAD,
 * too: a cache that keeps every answer for a second could serve its 200 without a body in place of the picture.
 */
const inlineAnswer = ({ exchange: { request, response }, requested }: Job, picture: Picture): Answer | undefined =>
  request.method === 'HEAD' ? undefined : pictureAnswer(response, picture, tagOf(requested.key));

const withDigest = ({ key, variant }: VariantRequest, digest: string): VariantRequest => ({
  key,
  variant: { ...variant, digest },
});
