/**
 * CloudFront Function at viewer-request: hands on one canonical variant path, or refuses.
 *
 * Its bundle's only global is `handler`; `SETTINGS` is put in by the build.
 */
import { type Query, type Refusal, isRefusal, normalise, printPath } from '../grammar';
import type { ViewerRequestSettings } from '../settings';

declare const SETTINGS: ViewerRequestSettings;

type Values = Record<string, { value: string; multiValue?: { value: string }[] }>;

interface ViewerRequest {
  method: string;
  uri: string;
  querystring: Query;
  headers: Values;
  cookies: Values;
}

interface ViewerResponse {
  statusCode: number;
  statusDescription: string;
  headers: Values;
  body: string;
}

const REASONS: Record<Refusal['status'], string> = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found' };

/** All values of a header, as one list. */
function headerOf(headers: Values, name: string): string {
  const header = headers[name];
  if (!header) return '';
  return header.multiValue ? header.multiValue.map((each) => each.value).join(',') : header.value;
}

function answer(refusal: Refusal): ViewerResponse {
  return {
    statusCode: refusal.status,
    statusDescription: REASONS[refusal.status],
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
      'x-resizer-error': { value: refusal.code },
    },
    body: refusal.message + '\n',
  };
}

/** The entry point. Everything that the cache key or the origin must not see is dropped from the request. */
export function handler(event: { request: ViewerRequest }): ViewerRequest | ViewerResponse {
  const request = event.request;
  const wanted = normalise(SETTINGS, request.uri, request.querystring, headerOf(request.headers, 'accept'));
  if (isRefusal(wanted)) return answer(wanted);
  request.uri = printPath(wanted);
  request.querystring = {};
  return request;
}
