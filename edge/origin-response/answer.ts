/** The function's answers: S3's own response, or one that takes its place. */
import type { CloudFrontHeaders, CloudFrontRequest, CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { STATUS_CODES } from 'node:http';
import { CACHE_TAG_HEADER } from '../cache-tag';
import type { OriginResponseSettings } from '../config/settings';
import type { Failure } from '../failure';
import { FAILURE_STATUSES } from '../failure-statuses';
import { LAMBDA_EDGE, READ_ONLY_HEADERS } from '../limits';
import { INFO, INFO_TARGET } from '../variant';
import { NO_STORE, errorCacheControl, variantCacheControl } from './cache-control';

declare const SETTINGS: OriginResponseSettings;

/** A request for a variant, and S3's response to it. */
export interface Exchange {
  request: CloudFrontRequest;
  response: CloudFrontResponse;
}

/** A response in place of S3's. */
export type Answer = CloudFrontResultResponse;

/** An image as viewers get it. */
export interface Picture {
  body: Buffer;
  contentType: string;
  /** As S3 will send it; undefined if the picture is not stored. */
  etag?: string | undefined;
  /** How the picture differs from what was asked for, if a viewer sees it: an animation that does not move. */
  viewerNote?: string | undefined;
  /** The digest in the variant's second name, if the picture is stored under that, too. */
  digest?: string | undefined;
}

type Headers = Record<string, string>;

/** An SVG that is opened as a document may use its own styles, but runs no scripts and loads nothing. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** `Picture.viewerNote` in the metadata of a stored variant, as S3 sends it. */
const NOTE_METADATA_HEADER = 'x-amz-meta-note';

const INFO_NAME = new RegExp(`/${INFO}\\.${INFO_TARGET}(~[\\da-f]+)?$`);

/** S3's own response, with the headers that viewers need, and without S3's internal ones. */
export function passOn(origin: CloudFrontResponse): CloudFrontResponse {
  const { [NOTE_METADATA_HEADER]: note, 'content-type': type } = origin.headers;
  const kept = Object.entries(origin.headers).filter(([name]) => !isInternal(name));
  const headers = { ...Object.fromEntries(SETTINGS.headers), ...pictureHeaders(type?.[0]?.value, note?.[0]?.value) };
  return { ...origin, headers: { ...Object.fromEntries(kept), ...asHeaders(headers) } };
}

/**
 * Answers with a picture, as S3 will from now on. If it could not be stored, no cache keeps it, so that the next miss
 * tries again.
 * @param missing the failure, if the picture is shown in place of a missing original
 * @returns undefined if it is over the limit of a generated response
 */
export function pictureAnswer(
  origin: CloudFrontResponse,
  { body, contentType, viewerNote, etag }: Picture,
  cacheTag: string,
  missing?: Failure,
): Answer | undefined {
  const caching: Headers =
    etag === undefined
      ? { 'cache-control': NO_STORE }
      : { 'cache-control': variantCacheControl(), etag, [CACHE_TAG_HEADER]: cacheTag };
  const response = replace(origin, missing ? FAILURE_STATUSES[missing.code] : 200, {
    'content-type': contentType,
    ...pictureHeaders(contentType, viewerNote),
    ...(missing
      ? { 'cache-control': errorCacheControl(), 'x-resizer-error': missing.code }
      : { ...caching, 'x-resizer': 'rendered' }),
  });
  if (responseBytes(response, body) >= LAMBDA_EDGE.responseBytes) return undefined;
  return { ...response, body: body.toString('base64'), bodyEncoding: 'base64' };
}

/**
 * Redirects to the second name of a variant in S3: never to the path that was asked for, since a cache that keeps every
 * answer for a second would lead the viewer back to the redirect.
 */
export const redirect = (origin: CloudFrontResponse, path: string): Answer => ({
  ...replace(origin, 302, { location: path, 'cache-control': `private, ${NO_STORE}` }),
  body: '',
});

/**
 * Says why there is no picture: as a line of text, or as JSON for `info.json`. Only what stays true for a while is
 * cached: a missing original, or one that is no image. Without ETag and Last-Modified, so that no revalidation keeps it
 * longer.
 * @param cacheTag of the original, if a refusal is stored, so that an upload invalidates it
 */
export function refuse({ request, response }: Exchange, { code, message }: Failure, cacheTag?: string): Answer {
  const status = FAILURE_STATUSES[code];
  const isInfo = INFO_NAME.test(request.uri);
  return {
    ...replace(response, status, {
      'content-type': isInfo ? 'application/json' : 'text/plain; charset=utf-8',
      'x-resizer-error': code,
      'cache-control': status === 404 || status === 415 ? errorCacheControl() : NO_STORE,
      ...(cacheTag && { [CACHE_TAG_HEADER]: cacheTag }),
      ...(status === 503 && { 'retry-after': String(SETTINGS.cache.retryAfter) }),
    }),
    body: `${isInfo ? JSON.stringify({ error: code, message }) : message}\n`,
    bodyEncoding: 'text',
  };
}

/** The same response, which no cache keeps. */
export const uncached = (response: Answer): Answer => ({
  ...response,
  headers: { ...response.headers, ...asHeaders({ 'cache-control': NO_STORE }) },
});

/** The same response without a body. No cache keeps it, since it could stand for the whole image. */
export const headOnly = (response: Answer): Answer => ({
  ...uncached(response),
  body: '',
  bodyEncoding: 'text',
});

/** Bytes of a response as CloudFront may count them: the body as base64, and the headers as they go over the wire. */
function responseBytes({ headers = {} }: Answer, body: Buffer): number {
  const lines = Object.entries(headers).flatMap(([name, values]) => values.map(({ value }) => `${name}: ${value}\r\n`));
  return lines.join('').length + 4 * Math.ceil(body.length / 3);
}

/**
 * A response in place of S3's. Of S3's headers it keeps those that a function may not change. The others describe S3's
 * own response.
 */
function replace(origin: CloudFrontResponse, status: number, headers: Headers): Answer {
  const readOnly: readonly string[] = READ_ONLY_HEADERS.originResponse;
  const kept = Object.entries(origin.headers).filter(([name]) => readOnly.includes(name));
  return {
    status: String(status),
    statusDescription: STATUS_CODES[status] ?? '',
    headers: { ...Object.fromEntries(kept), ...asHeaders({ ...Object.fromEntries(SETTINGS.headers), ...headers }) },
  };
}

/**
 * Headers about a picture, for S3's answers and the function's.
 * @param contentType undefined in S3's answers without a body. A 304 that may be about an SVG has the policy, too,
 *   since a browser may replace the headers in its cache by those of a 304
 */
const pictureHeaders = (contentType: string | undefined, viewerNote: string | undefined): Headers => ({
  ...((contentType?.startsWith('image/svg') ?? SETTINGS.render.svg === 'pass') && {
    'content-security-policy': SVG_POLICY,
  }),
  ...(viewerNote && { 'x-resizer-note': viewerNote }),
});

/** Whether viewers should not see a header of S3's: all `x-amz-*` but the cache tag, which CloudFront reads. */
const isInternal = (name: string): boolean =>
  name === 'server' || (name.startsWith('x-amz-') && name !== CACHE_TAG_HEADER);

const asHeaders = (headers: Headers): CloudFrontHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [{ key: name, value }]]));
