import type { CloudFrontHeaders, CloudFrontResponseEvent, CloudFrontS3Origin } from 'aws-lambda';
import { STATUS_CODES } from 'node:http';
import { LAMBDA_EDGE, READ_ONLY_HEADERS } from '../../../edge/limits';
import type { Origin } from '../deployment/deployment';
import type { LambdaFunction } from '../functions/function';
import { headerViolation } from './header-restrictions';
import type { OpenQuestions } from './open-questions';
import { type EdgeResponse, errorPage } from './response';

export interface OriginRequest {
  method: string;
  uri: string;
  headers: Record<string, string>;
  /** The forwarded part of the query string. */
  query?: string;
  body?: Buffer;
  requestId: string;
  clientIp: string;
}

const toEventHeaders = (headers: Record<string, string>): CloudFrontHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [{ key: name, value }]]));

/** The event of Lambda@Edge at origin-response. DG: lambda-event-structure */
export function originResponseEvent(
  request: OriginRequest,
  response: EdgeResponse,
  origin: Origin,
  distribution: { id: string; domainName: string },
): CloudFrontResponseEvent {
  const customHeaders = Object.fromEntries(
    (origin.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }) => [
      HeaderName.toLowerCase(),
      [{ key: HeaderName, value: HeaderValue }],
    ]),
  );
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: distribution.domainName,
            distributionId: distribution.id,
            eventType: 'origin-response',
            requestId: request.requestId,
          },
          request: {
            clientIp: request.clientIp,
            method: request.method,
            uri: request.uri,
            querystring: '',
            headers: toEventHeaders(request.headers),
            origin: {
              s3: {
                // An origin access control is not an origin access identity.
                authMethod: 'none',
                customHeaders,
                domainName: origin.DomainName,
                path: origin.OriginPath ?? '',
                region: '',
              } as unknown as CloudFrontS3Origin,
            },
          },
          response: {
            status: String(response.status),
            statusDescription: STATUS_CODES[response.status] ?? '',
            headers: toEventHeaders(response.headers),
          },
        },
      },
    ],
  };
}

interface Answer {
  status?: unknown;
  headers?: unknown;
  body?: unknown;
  bodyEncoding?: unknown;
}

function headersOf(value: unknown): Record<string, string> | string {
  if (typeof value !== 'object' || value === null) return 'headers are not an object';
  const headers: Record<string, string> = {};
  for (const [name, list] of Object.entries(value as Record<string, { key?: string; value: string }[]>)) {
    const wellFormed =
      Array.isArray(list) &&
      list.every((each) => typeof each?.value === 'string' && (each.key ?? name).toLowerCase() === name);
    if (name !== name.toLowerCase() || !wellFormed) return `header ${name} is not name in lower case: [{ key, value }]`;
    if (list.some((each) => /[\x00-\x08\x0a-\x1f\x7f]/.test(each.value)))
      return `header ${name} has control characters`;
    headers[name] = list.map((each) => each.value).join(', ');
  }
  return headers;
}

/** @returns the origin's response with the function's changes, or one line about an invalid change */
function responseOf(answer: Answer, origin: EdgeResponse, open: OpenQuestions): EdgeResponse | string {
  const status = Number(answer.status);
  if (!Number.isInteger(status) || status < 200 || status > 599) return `status is ${JSON.stringify(answer.status)}`;
  const headers = headersOf(answer.headers ?? {});
  if (typeof headers === 'string') return headers;
  const violation = headerViolation(headers, origin.headers, READ_ONLY_HEADERS.originResponse);
  if (violation) return violation;
  if (answer.body === undefined) return { status, headers, body: origin.body };
  if (typeof answer.body !== 'string') return 'body is not text';
  const encoding = answer.bodyEncoding ?? 'text';
  if (encoding !== 'text' && encoding !== 'base64') return `bodyEncoding is ${JSON.stringify(encoding)}`;
  const body = Buffer.from(answer.body, encoding === 'base64' ? 'base64' : 'utf8');
  const counted = encoding === 'base64' && open.base64Counts === 'encoded' ? answer.body.length : body.length;
  const lines = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (counted + lines > LAMBDA_EDGE.responseBytes) {
    return `the response has ${counted + lines} bytes, the limit is ${LAMBDA_EDGE.responseBytes}`;
  }
  if (headers['content-length'] !== undefined && Number(headers['content-length']) !== body.length) {
    return `content-length is ${headers['content-length']} for a body of ${body.length} bytes`;
  }
  return { status, headers, body };
}

/**
 * Runs the origin-response function. A failure is CloudFront's error page.
 * @param onInvalid called with the reason if CloudFront refuses the answer
 */
export async function runOriginResponse(
  run: LambdaFunction,
  event: CloudFrontResponseEvent,
  origin: EdgeResponse,
  open: OpenQuestions,
  { log, onInvalid }: { log(line: string): void; onInvalid?(why: string): void },
): Promise<EdgeResponse> {
  const outcome = await run.invoke(event);
  const fail = (status: number, xCache: string, why: string) => {
    log(`origin-response function ${run.name} failed with ${xCache}: ${why}`);
    if (xCache === 'LambdaValidationError') onInvalid?.(why);
    return errorPage(status, xCache, 'The Lambda function associated with the CloudFront distribution failed.');
  };
  if (outcome.kind === 'timeout') return fail(503, 'LambdaLimitExceeded', outcome.message);
  if (outcome.kind === 'unserialisable') return fail(502, 'LambdaValidationError', outcome.message);
  if (outcome.kind !== 'answer') return fail(503, 'LambdaExecutionError', outcome.message);
  if (typeof outcome.value !== 'object' || outcome.value === null) {
    return fail(502, 'LambdaValidationError', 'the function answered with no response');
  }
  const response = responseOf(outcome.value, origin, open);
  return typeof response === 'string' ? fail(502, 'LambdaValidationError', response) : response;
}
