import type { CloudFrontHeaders, CloudFrontRequest, CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { STATUS_CODES } from 'node:http';
import { CACHE_TAG_HEADER } from '../cache-tag';
import type { OriginResponseSettings } from '../config/settings';
import { FAILURES, type Failure } from '../failure';
import { LAMBDA_EDGE, READ_ONLY_HEADERS } from '../limits';
import { INFO, INFO_TARGET } from '../variant';
import { NO_STORE, errorCacheControl, variantCacheControl } from './cache-control';

declare const SETTINGS: OriginResponseSettings;

/** A request for a variant, and S3's response to it. */
export interface Exchange {
  request: CloudFrontRequest;
  response: CloudFrontResponse;
}

/** An image as it goes out. */
export interface Picture {
  body: Buffer;
  contentType: string;
  /** As S3 will send it; missing where the picture is not stored. */
  etag?: string | undefined;
  /** What was done in place of what was asked, where a viewer sees it: an animation that does not move. */
  viewerNote?: string | undefined;
  /** Of its bytes, where they are stored under the variant's second name. */
  digest?: string | undefined;
}

/** What every answer tells browsers, such as that it depends on `Accept`, and that any site may read it. */
const forBrowsers = (): CloudFrontHeaders => asHeaders(Object.fromEntries(SETTINGS.headers));

const asHeaders = (headers: Record<string, string>): CloudFrontHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [{ key: name, value }]]));

/** For an SVG that is opened by itself, where it is a document: it has its styles, runs nothing and loads nothing. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/**
 * What browsers have to be told about a picture of this type, which is missing in S3's answers without a body: a browser
 * may put the headers of a 304 in place of those that it has kept.
 */
const policyFor = (contentType: string | undefined): Record<string, string> =>
  contentType?.startsWith('image/svg') || (contentType === undefined && SETTINGS.render.svg === 'pass')
    ? { 'content-security-policy': SVG_POLICY }
    : {};

/**
 * A response in place of the origin's. Of the origin's headers only those stay that a function has to hand on
 * unchanged; all others describe S3's own response.
 */
function replace(
  origin: CloudFrontResponse,
  status: number,
  headers: Record<string, string>,
): CloudFrontResultResponse {
  const kept = forBrowsers();
  for (const name of READ_ONLY_HEADERS.originResponse) {
    const header = origin.headers[name];
    if (header) kept[name] = header;
  }
  return {
    status: String(status),
    statusDescription: STATUS_CODES[status] ?? '',
    headers: { ...kept, ...asHeaders(headers) },
  };
}

/** The header that carries {@link Picture.viewerNote}. */
const NOTE_HEADER = 'x-resizer-note';

/** The metadata of a stored variant that holds the same, as S3 sends it. */
const NOTE_METADATA_HEADER = 'x-amz-meta-note';

/** Whether viewers should not see a header of S3's: all `x-amz-*` but the cache tag, which CloudFront reads. */
const isInternal = (name: string): boolean =>
  name === 'server' || (name.startsWith('x-amz-') && name !== CACHE_TAG_HEADER);

/** The origin's own response, with the headers that viewers need, and without those that are S3's own. */
export function passOn(origin: CloudFrontResponse): CloudFrontResponse {
  const kept = Object.entries(origin.headers).filter(([name]) => !isInternal(name));
  const note = origin.headers[NOTE_METADATA_HEADER]?.[0]?.value;
  return {
    ...origin,
    headers: {
      ...Object.fromEntries(kept),
      ...forBrowsers(),
      ...asHeaders(policyFor(origin.headers['content-type']?.[0]?.value)),
      ...(note && { [NOTE_HEADER]: [{ key: NOTE_HEADER, value: note }] }),
    },
  };
}

/** Bytes of a response as CloudFront may count them: the body as base64, and the headers as they go over the wire. */
function responseBytes({ headers = {} }: CloudFrontResultResponse, body: Buffer): number {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    values.map(({ value }) => name.length + value.length + ': \r\n'.length),
  );
  return lines.reduce((sum, bytes) => sum + bytes, 4 * Math.ceil(body.length / 3));
}

/** A response with a picture; undefined where the two are over the limit of a generated response. */
function withPicture(
  origin: CloudFrontResponse,
  status: number,
  { contentType, body, viewerNote }: Picture,
  headers: Record<string, string>,
): CloudFrontResultResponse | undefined {
  const response = replace(origin, status, {
    'content-type': contentType,
    ...policyFor(contentType),
    ...(viewerNote && { [NOTE_HEADER]: viewerNote }),
    ...headers,
  });
  if (responseBytes(response, body) >= LAMBDA_EDGE.responseBytes) return undefined;
  return { ...response, body: body.toString('base64'), bodyEncoding: 'base64' };
}

/**
 * A variant, as S3 will answer it from now on. One that could not be stored is kept by no cache, so that the next miss
 * tries again.
 * @returns undefined where it is over the limit of a generated response
 */
export const variantAnswer = (
  origin: CloudFrontResponse,
  picture: Picture,
  cacheTag: string,
): CloudFrontResultResponse | undefined =>
  withPicture(origin, 200, picture, {
    ...(picture.etag === undefined
      ? { 'cache-control': NO_STORE }
      : { 'cache-control': variantCacheControl(), etag: picture.etag, [CACHE_TAG_HEADER]: cacheTag }),
    'x-resizer': 'rendered',
  });

/** The picture that is shown in place of a missing original; undefined as for {@link variantAnswer}. */
export const fallbackAnswer = (
  origin: CloudFrontResponse,
  picture: Picture,
  { code }: Failure,
): CloudFrontResultResponse | undefined =>
  withPicture(origin, FAILURES[code], picture, { 'cache-control': errorCacheControl(), 'x-resizer-error': code });

/**
 * To the second name of a variant in S3: never to the path that was asked for, since a cache that keeps every answer
 * for a second would lead the viewer back to the redirect.
 */
export const redirect = (origin: CloudFrontResponse, path: string): CloudFrontResultResponse => ({
  ...replace(origin, 302, { location: path, 'cache-control': `private, ${NO_STORE}` }),
  body: '',
});

const INFO_NAME = new RegExp(`/${INFO}\\.${INFO_TARGET}(~[\\da-f]+)?$`);

/** A failure as a line of text, or as JSON for `info.json`. */
function failureAnswer(
  { request, response }: Exchange,
  { code, message }: Failure,
  headers: Record<string, string>,
): CloudFrontResultResponse {
  const isInfo = INFO_NAME.test(request.uri);
  const type = isInfo ? 'application/json' : 'text/plain; charset=utf-8';
  return {
    ...replace(response, FAILURES[code], { 'content-type': type, 'x-resizer-error': code, ...headers }),
    body: `${isInfo ? JSON.stringify({ error: code, message }) : message}\n`,
    bodyEncoding: 'text',
  };
}

/**
 * Says why there is no picture. Only what will stay so for a while is cached: a missing original, or one that is no image.
 * Without ETag and Last-Modified, so that no revalidation keeps it longer.
 * @param cacheTag of the original, where something is stored by which an upload is followed by an invalidation
 */
export function refuse(exchange: Exchange, cause: Failure, cacheTag?: string): CloudFrontResultResponse {
  const status = FAILURES[cause.code];
  return failureAnswer(exchange, cause, {
    'cache-control': status === 404 || status === 415 ? errorCacheControl() : NO_STORE,
    ...(cacheTag && { [CACHE_TAG_HEADER]: cacheTag }),
    ...(status === 503 && { 'retry-after': String(SETTINGS.cache.retryAfter) }),
  });
}

/** For the second name of a variant whose bytes are gone. Kept by no cache, since the same bytes may be stored again. */
export const gone = (exchange: Exchange, cause: Failure): CloudFrontResultResponse =>
  failureAnswer(exchange, cause, { 'cache-control': NO_STORE });

/** The same without a body, and kept by no cache, where it would stand for the whole image. */
export const headOnly = (response: CloudFrontResultResponse): CloudFrontResultResponse => ({
  status: response.status,
  statusDescription: response.statusDescription ?? '',
  headers: { ...response.headers, 'cache-control': [{ key: 'cache-control', value: NO_STORE }] },
  body: '',
});

/** The response with its cache tag in another header, for a distribution that has one already. @param name as it is configured */
export function renameCacheTag<T extends CloudFrontResponse | CloudFrontResultResponse>(
  response: T,
  name: string | undefined,
): T {
  const { [CACHE_TAG_HEADER]: tag, ...headers } = response.headers ?? {};
  if (!name || !tag) return response;
  return { ...response, headers: { ...headers, [name.toLowerCase()]: [{ key: name, value: tag[0]!.value }] } };
}
