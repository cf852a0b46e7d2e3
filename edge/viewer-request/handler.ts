/**
 * CloudFront Function at viewer-request: hands on one canonical variant path, or refuses.
 *
 * The build makes `handler`, the bundle's only global, from `respond` and the settings; where signatures are taken, from
 * `respondSigned`, which waits for their keys.
 */
import type { ViewerRequestSettings } from '../config/settings';
import type { Value, Values } from '../event-values';
import { normalise } from './normalise';
import { type Refusal, isRefusal } from './refusal';
import { type Hmac, type ReadKeys, normaliseSigned } from './signed';
import type { UrlGrammar } from './snap';

export { snapToListed } from './snap';

/** The settings, and the rule for unlisted sizes where it is in use. */
type FunctionSettings = ViewerRequestSettings & UrlGrammar;

export interface ViewerRequestEvent {
  request: ViewerRequest;
}

interface ViewerRequest {
  method: string;
  uri: string;
  querystring: Values;
  headers: Values;
  cookies: Values;
}

interface ViewerResponse {
  statusCode: number;
  headers: Values;
  body: string;
}

/** Every name in an event and in an answer to it. */
export type EventName = keyof ViewerRequestEvent | keyof ViewerRequest | keyof ViewerResponse | keyof Value;

/** All values of a header, as one list. */
function headerOf(headers: Values, name: string): string {
  const header = headers[name];
  if (!header) return '';
  return header.multiValue ? header.multiValue.map((each) => each.value).join(',') : header.value;
}

function answer(settings: ViewerRequestSettings, refusal: Refusal): ViewerResponse {
  const headers: Values = {
    'content-type': { value: 'text/plain; charset=utf-8' },
    'cache-control': { value: 'no-store' },
    'x-resizer-error': { value: refusal.code },
  };
  settings.headers.forEach((header) => (headers[header[0]] = { value: header[1] }));
  return {
    statusCode: refusal.status,
    headers,
    body: refusal.message + '\n',
  };
}

/** Answers the event. Everything that the cache key or the origin must not see is dropped from the request. */
export function respond(settings: FunctionSettings, event: ViewerRequestEvent): ViewerRequest | ViewerResponse {
  const request = event.request;
  const path = normalise(settings, request.uri, request.querystring, headerOf(request.headers, 'accept'));
  if (isRefusal(path)) return answer(settings, path);
  request.uri = path;
  request.querystring = {};
  return request;
}

/** The same for a distribution that takes signatures. */
export async function respondSigned(
  settings: FunctionSettings,
  event: ViewerRequestEvent,
  readKeys: ReadKeys,
  hmac: Hmac,
): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const accept = headerOf(request.headers, 'accept');
  const path = await normaliseSigned(settings, request.uri, request.querystring, accept, readKeys, hmac);
  if (isRefusal(path)) return answer(settings, path);
  request.uri = path;
  request.querystring = {};
  return request;
}
