import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import type { IncomingMessage } from 'node:http';
import { READ_ONLY_HEADERS } from '../../../edge/limits';
import type { CloudFrontFunction } from '../functions/function';
import { headerViolation } from './header-restrictions';
import { type Values, pairTexts, pairsOf, valuesOf } from './event-values';
import type { OpenQuestions } from './open-questions';
import { type EdgeResponse, errorPage } from './response';

/** A viewer's request after the viewer-request function. */
export interface ViewerRequest {
  method: string;
  /** Percent-encoded path. */
  uri: string;
  /** `cookie` included. */
  headers: Record<string, string>;
  querystring: Values;
}

/** The event of a CloudFront Function, version 1.0. DG: functions-event-structure */
export function viewerRequestEvent(
  request: IncomingMessage,
  distribution: { id: string; domainName: string },
  requestId: string,
  { latin1PathsConverted }: OpenQuestions,
): CloudFrontFunctionsEvent {
  const [uri = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const headers: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]!.toLowerCase();
    if (name !== 'cookie') headers.push([name, request.rawHeaders[at + 1]!]);
  }
  return {
    version: '1.0',
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      eventType: 'viewer-request',
      requestId,
    },
    viewer: { ip: request.socket.remoteAddress ?? '127.0.0.1' },
    request: {
      method: request.method ?? 'GET',
      uri: latin1PathsConverted ? latin1AsUtf8(uri) : uri,
      querystring: valuesOf(pairsOf(search, '&')),
      headers: valuesOf(headers),
      cookies: valuesOf(pairsOf(request.headers.cookie ?? '', ';')),
    },
    response: undefined,
  } as unknown as CloudFrontFunctionsEvent;
}

/** Reads a path that is not UTF-8 as ISO-8859-1, and encodes it as UTF-8. */
function latin1AsUtf8(path: string): string {
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    return path.replaceAll(/%[89a-f][0-9a-f]/gi, (byte) =>
      encodeURIComponent(String.fromCharCode(Number.parseInt(byte.slice(1), 16))),
    );
  }
}

const flat = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, { value, multiValue }]) => [
      name,
      multiValue ? multiValue.map((each) => each.value).join(', ') : value,
    ]),
  );

const withCookies = (headers: Values, cookies: Values): Record<string, string> => {
  const pairs = pairTexts(cookies);
  return { ...flat(headers), ...(pairs.length > 0 && { cookie: pairs.join('; ') }) };
};

/** The request without a viewer-request function. */
export function unchanged({ request }: CloudFrontFunctionsEvent): ViewerRequest {
  const { method, uri, headers, querystring, cookies } = request as unknown as {
    [name in 'headers' | 'querystring' | 'cookies']: Values;
  } & { method: string; uri: string };
  return { method, uri, headers: withCookies(headers, cookies), querystring };
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((entry) => typeof (entry as Values[string] | undefined)?.value === 'string');

const isHeaders = (value: unknown): value is Values =>
  isValues(value) && Object.keys(value).every((name) => name === name.toLowerCase());

interface Answer {
  statusCode?: unknown;
  statusDescription?: unknown;
  headers?: unknown;
  body?: unknown;
  method?: unknown;
  uri?: unknown;
  querystring?: unknown;
  cookies?: unknown;
}

function responseOf(answer: Answer): EdgeResponse | string {
  const { statusCode, headers = {}, body = '' } = answer;
  if (!Number.isInteger(statusCode) || (statusCode as number) < 100 || (statusCode as number) > 599) {
    return `statusCode is ${JSON.stringify(statusCode)}, and has to be a number of 100 to 599`;
  }
  if (!isHeaders(headers)) return 'headers are not { name: { value } } with names in lower case';
  const text = typeof body === 'string' ? body : (body as { data?: unknown } | null)?.data;
  if (typeof text !== 'string') return 'body is not text';
  return {
    status: statusCode as number,
    headers: { ...flat(headers), 'x-cache': 'FunctionGeneratedResponse from cloudfront' },
    body: Buffer.from(text),
  };
}

/**
 * Runs the viewer-request function. If it throws, or CloudFront refuses its answer, that is CloudFront's error page.
 * @returns the changed request, or a response
 */
export async function runViewerRequest(
  run: CloudFrontFunction,
  event: CloudFrontFunctionsEvent,
  log: (line: string) => void,
): Promise<ViewerRequest | EdgeResponse> {
  const fail = (xCache: string, why: string) => {
    log(`viewer-request function ${run.name} failed: ${why}`);
    return errorPage(xCache === 'FunctionExecutionError' ? 503 : 502, xCache, 'The CloudFront function failed.');
  };
  const outcome = await run.run(event);
  if (outcome.kind === 'exception') return fail('FunctionExecutionError', outcome.message);
  if (typeof outcome.value !== 'object' || outcome.value === null) return fail('FunctionValidationError', 'no object');
  const answer = outcome.value as Answer;
  const original = flat((event.request as { headers: Values }).headers);
  if ('statusCode' in answer) {
    const response = responseOf(answer);
    if (typeof response === 'string') return fail('FunctionValidationError', response);
    const { 'x-cache': _, ...headers } = response.headers;
    const violation = headerViolation(headers, {}, []);
    return violation ? fail('FunctionValidationError', violation) : response;
  }
  const { method, uri, headers, querystring, cookies = {} } = answer;
  if (method !== event.request.method) return fail('FunctionValidationError', 'the method cannot be changed');
  if (typeof uri !== 'string' || !uri.startsWith('/'))
    return fail('FunctionValidationError', 'uri has to begin with /');
  if (!isHeaders(headers) || !isValues(querystring) || !isValues(cookies))
    return fail('FunctionValidationError', 'headers, querystring or cookies are malformed');
  const violation = headerViolation(flat(headers), original, READ_ONLY_HEADERS.viewerRequest);
  if (violation) return fail('FunctionValidationError', violation);
  return { method, uri, headers: withCookies(headers, cookies), querystring };
}
