/**
 * CloudFront Function at viewer-request: turns a request into one for a canonical path, or refuses it.
 *
 * The build makes `handler`, the bundle's only global, from the settings and `respond`, or `respondSigned` if the
 * config takes signatures, whose keys have to be waited for.
 */
import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import type { ViewerRequestSettings } from '../config/settings';
import type { Values } from '../event-values';
import { normalise } from './normalise';
import { type Refusal, isRefusal } from './refusal';
import { type Hmac, type ReadKeys, normaliseSigned } from './signed';
import type { UrlGrammar } from './snap';

export { snapToListed } from './snap';

/** The settings, and the rule for unlisted sizes if the config has `snap`. */
type FunctionSettings = ViewerRequestSettings & UrlGrammar;

export type ViewerRequest = CloudFrontFunctionsEvent['request'];
export type ViewerResponse = Pick<CloudFrontFunctionsEvent['response'], 'statusCode' | 'headers'> & { body: string };

/** Answers an event. */
export function respond(settings: FunctionSettings, event: CloudFrontFunctionsEvent): ViewerRequest | ViewerResponse {
  const request = event.request;
  const accept = headerOf(request, 'accept');
  return answer(settings, request, normalise(settings, request.uri, request.querystring, accept));
}

/** Answers an event of a distribution that takes signatures. */
export async function respondSigned(
  settings: FunctionSettings,
  event: CloudFrontFunctionsEvent,
  readKeys: ReadKeys,
  hmac: Hmac,
): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const accept = headerOf(request, 'accept');
  const path = await normaliseSigned(settings, request.uri, request.querystring, accept, readKeys, hmac);
  return answer(settings, request, path);
}

/** The request with its canonical path, or a refusal. What neither the cache key nor the origin may see is dropped. */
function answer(settings: ViewerRequestSettings, request: ViewerRequest, path: string | Refusal) {
  if (!isRefusal(path)) {
    request.uri = path;
    request.querystring = {};
    return request;
  }
  const headers: Values = {
    'content-type': { value: 'text/plain; charset=utf-8' },
    'cache-control': { value: 'no-store' },
    'x-resizer-error': { value: path.code },
  };
  settings.headers.forEach((header) => (headers[header[0]] = { value: header[1] }));
  return { statusCode: path.status, headers, body: path.message + '\n' };
}

/** All values of a header, as one list. */
function headerOf(request: ViewerRequest, name: string): string {
  const header = request.headers[name];
  if (!header) return '';
  return header.multiValue ? header.multiValue.map((each) => each.value).join(',') : header.value;
}
