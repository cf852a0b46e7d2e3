import type { CloudFrontHeaders, CloudFrontResponse, CloudFrontResultResponse } from 'aws-lambda';
import { STATUS_CODES } from 'node:http';
import { CACHE_TAG_HEADER } from '../cache-tag';
import type { Config } from '../config';
import { FAILURES, type Failure } from '../failure';
import { LAMBDA_EDGE, READ_ONLY_HEADERS } from '../limits';
import type { Rendered } from '../render';

type Cache = Config['cache'];

const NO_STORE = 'no-store';

/** `Cache-Control` of a variant, inline and stored: browsers ask again long before the CDN does. */
export const variantCacheControl = (cache: Cache): string =>
  `public, max-age=${cache.browser}, s-maxage=${cache.cdn}, stale-while-revalidate=${cache.staleWhileRevalidate}`;

const errorCacheControl = (cache: Cache): string => `public, max-age=${cache.errors}`;

/**
 * A response in place of the origin's. Of the origin's headers only those stay that a function has to hand on
 * unchanged; all others describe the body of S3's error.
 */
function replace(
  origin: CloudFrontResponse,
  status: number,
  headers: Record<string, string>,
): CloudFrontResultResponse {
  const kept: CloudFrontHeaders = {};
  for (const name of READ_ONLY_HEADERS.originResponse) {
    const header = origin.headers[name];
    if (header) kept[name] = header;
  }
  for (const [name, value] of Object.entries(headers)) kept[name] = [{ key: name, value }];
  return { status: String(status), statusDescription: STATUS_CODES[status] ?? '', headers: kept };
}

/** What was done in place of what was asked, where a viewer sees it: an animation that does not move. */
const NOTE_HEADER = 'x-resizer-note';

/** The metadata of a stored variant that holds the same, as S3 sends it. */
const NOTE_METADATA = 'x-amz-meta-note';

const noteHeader = ({ notice }: Rendered): Record<string, string> => (notice ? { [NOTE_HEADER]: notice } : {});

/** The origin's own response, which depends on `Accept` like all others. */
export function passOn(origin: CloudFrontResponse): CloudFrontResponse {
  const vary = (origin.headers['vary'] ?? []).map(({ value }) => value);
  const { [NOTE_METADATA]: note, ...headers } = origin.headers;
  return {
    ...origin,
    headers: {
      ...headers,
      ...(note?.[0] && { [NOTE_HEADER]: [{ key: NOTE_HEADER, value: note[0].value }] }),
      vary: [{ key: 'Vary', value: [...vary, 'Accept'].join(', ') }],
    },
  };
}

/** Bytes of a response as CloudFront may count them: the body as base64, and the headers as they go over the wire. */
function responseBytes(response: CloudFrontResultResponse, body: string): number {
  const lines = Object.entries(response.headers ?? {}).flatMap(([name, values]) =>
    values.map(({ value }) => name.length + value.length + ': \r\n'.length),
  );
  return lines.reduce((sum, bytes) => sum + bytes, body.length);
}

/** Adds an image to a response; undefined where the two are over the limit of a generated response. */
function withImage(response: CloudFrontResultResponse, base64: string): CloudFrontResultResponse | undefined {
  if (responseBytes(response, base64) >= LAMBDA_EDGE.responseBytes) return undefined;
  return { ...response, body: base64, bodyEncoding: 'base64' };
}

/** A variant as it was put: the same as S3 will answer from now on. */
export const stored = (
  origin: CloudFrontResponse,
  rendered: Rendered,
  base64: string,
  put: { etag: string; cacheTag: string },
  cache: Cache,
): CloudFrontResultResponse | undefined =>
  withImage(
    replace(origin, 200, {
      'content-type': rendered.contentType,
      'cache-control': variantCacheControl(cache),
      etag: put.etag,
      [CACHE_TAG_HEADER]: put.cacheTag,
      vary: 'Accept',
      'x-resizer': 'rendered',
      ...noteHeader(rendered),
    }),
    base64,
  );

/** A variant that could not be put: the next miss tries again. */
export const unstored = (
  origin: CloudFrontResponse,
  rendered: Rendered,
  base64: string,
): CloudFrontResultResponse | undefined =>
  withImage(
    replace(origin, 200, {
      'content-type': rendered.contentType,
      'cache-control': NO_STORE,
      vary: 'Accept',
      'x-resizer': 'rendered',
      ...noteHeader(rendered),
    }),
    base64,
  );

/** The image that is shown in place of a missing original. */
export const fallback = (
  origin: CloudFrontResponse,
  rendered: Rendered,
  message: Failure,
  cache: Cache,
): CloudFrontResultResponse | undefined =>
  withImage(
    replace(origin, FAILURES[message.code], {
      'content-type': rendered.contentType,
      'cache-control': errorCacheControl(cache),
      vary: 'Accept',
      'x-resizer-error': message.code,
    }),
    rendered.body.toString('base64'),
  );

/** To the variant in S3, where it is too large for a generated response. */
export const redirect = (origin: CloudFrontResponse, path: string): CloudFrontResultResponse => ({
  ...replace(origin, 302, { location: path, 'cache-control': `private, ${NO_STORE}`, vary: 'Accept' }),
  body: '',
});

/** One line of text. Only what will stay so for a while is cached: a missing original, or one that is no image. */
export function refuse(origin: CloudFrontResponse, { code, message }: Failure, cache: Cache): CloudFrontResultResponse {
  const status = FAILURES[code];
  const headers: Record<string, string> = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': status === 404 || status === 415 ? errorCacheControl(cache) : NO_STORE,
    vary: 'Accept',
    'x-resizer-error': code,
  };
  if (status === 503) headers['retry-after'] = '1';
  return { ...replace(origin, status, headers), body: `${message}\n`, bodyEncoding: 'text' };
}

/** The same without a body, and kept by no cache, where it would stand for the whole image. */
export const headOnly = (response: CloudFrontResultResponse): CloudFrontResultResponse => ({
  status: response.status,
  statusDescription: response.statusDescription ?? '',
  headers: { ...response.headers, 'cache-control': [{ key: 'cache-control', value: NO_STORE }] },
  body: '',
});
