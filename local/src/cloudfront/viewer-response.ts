import type { IncomingMessage, ServerResponse } from 'node:http';
import parseRange from 'range-parser';
import type { ResponseHeadersPolicyConfig } from '../deployment/deployment';
import type { EdgeResponse } from './response';

/** Applies a response headers policy. DG: understanding-response-headers-policies */
export function applyPolicy(
  headers: Record<string, string>,
  policy: ResponseHeadersPolicyConfig,
  request: IncomingMessage,
): Record<string, string> {
  const result = { ...headers };
  const set = (name: string, value: string, override: boolean) => {
    if (override || result[name] === undefined) result[name] = value;
  };
  for (const { Header } of policy.RemoveHeadersConfig?.Items ?? []) delete result[Header.toLowerCase()];
  for (const { Header, Value, Override } of policy.CustomHeadersConfig?.Items ?? []) {
    set(Header.toLowerCase(), Value, Override);
  }
  const security = policy.SecurityHeadersConfig;
  if (security?.ContentTypeOptions) set('x-content-type-options', 'nosniff', security.ContentTypeOptions.Override);
  if (security?.FrameOptions) set('x-frame-options', security.FrameOptions.FrameOption, security.FrameOptions.Override);
  if (security?.ReferrerPolicy) {
    set('referrer-policy', security.ReferrerPolicy.ReferrerPolicy, security.ReferrerPolicy.Override);
  }
  const xss = security?.XSSProtection;
  if (xss) {
    const mode = xss.ModeBlock ? '; mode=block' : xss.ReportUri ? `; report=${xss.ReportUri}` : '';
    set('x-xss-protection', xss.Protection ? `1${mode}` : '0', xss.Override);
  }
  const hsts = security?.StrictTransportSecurity;
  if (hsts) {
    const parts = [`max-age=${hsts.AccessControlMaxAgeSec}`];
    if (hsts.IncludeSubdomains) parts.push('includeSubDomains');
    if (hsts.Preload) parts.push('preload');
    set('strict-transport-security', parts.join('; '), hsts.Override);
  }
  const cors = policy.CorsConfig;
  if (cors && request.headers.origin) {
    const origins = cors.AccessControlAllowOrigins.Items;
    const origin = origins.includes('*') ? '*' : origins.find((each) => each === request.headers.origin);
    if (origin) set('access-control-allow-origin', origin, cors.OriginOverride);
    const exposed = cors.AccessControlExposeHeaders?.Items;
    if (exposed) set('access-control-expose-headers', exposed.join(', '), cors.OriginOverride);
  }
  return result;
}

const unweak = (etag: string): string => etag.trim().replace(/^W\//, '');

/** Whether the viewer's copy is current. RFC 9110, 13.1 */
function isNotModified({ headers }: EdgeResponse, request: IncomingMessage): boolean {
  const tags = request.headers['if-none-match'];
  const etag = headers['etag'];
  if (tags !== undefined)
    return tags === '*' || (etag !== undefined && tags.split(',').map(unweak).includes(unweak(etag)));
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return Date.parse(headers['last-modified'] ?? '') <= since;
}

/** Answers the viewer's Range header with a 206 or 416; several ranges get the whole response. DG: RangeGETs */
function rangeOf(response: EdgeResponse, request: IncomingMessage): EdgeResponse {
  const { range, 'if-range': condition } = request.headers;
  const { etag } = response.headers;
  if (!range || (condition !== undefined && condition !== etag)) return response;
  const size = response.body.length;
  const ranges = parseRange(size, range, { combine: true });
  if (ranges === -1) {
    const headers = { ...response.headers, 'content-range': `bytes */${size}` };
    return { status: 416, headers, body: Buffer.alloc(0) };
  }
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return response;
  const { start, end } = ranges[0]!;
  const headers = { ...response.headers, 'content-range': `bytes ${start}-${end}/${size}` };
  return { status: 206, headers, body: response.body.subarray(start, end + 1) };
}

/** The response that the viewer's conditions and range ask for: a 304, a range or the whole. */
export function forViewer(response: EdgeResponse, request: IncomingMessage): EdgeResponse {
  if (response.status !== 200) return response;
  if (isNotModified(response, request)) return { ...response, status: 304, body: Buffer.alloc(0) };
  return rangeOf({ ...response, headers: { ...response.headers, 'accept-ranges': 'bytes' } }, request);
}

/** Sends a response, without its body for a HEAD. */
export function send(response: EdgeResponse, request: IncomingMessage, to: ServerResponse): void {
  const { 'transfer-encoding': _, 'content-length': length, ...headers } = response.headers;
  const isHead = request.method === 'HEAD';
  const isBodyKnown = response.body.length > 0 || !isHead;
  if (response.status !== 304) {
    const bytes = isBodyKnown ? String(response.body.length) : length;
    if (bytes !== undefined) headers['content-length'] = bytes;
  }
  to.writeHead(response.status, headers);
  to.end(isHead || response.status === 304 ? undefined : response.body);
}
