import type { EdgeResponse } from './response';

/** An answer as a viewer got it. */
export interface ServedAnswer {
  method: string;
  /** Path and query as the viewer sent them. */
  url: string;
  status: number;
  /** As AWS would send them. */
  headers: Readonly<Record<string, string>>;
  /** Of a HEAD, too, where it is known. */
  body: Buffer;
  /** From the request to the end of the answer. */
  milliseconds: number;
  /** Of the edge. */
  region: string;
}

/** What happens to answers on their way to viewers. */
export interface ViewerOptions {
  /** Called for every answer that has been sent. */
  onAnswer?(answer: ServedAnswer): void;
  /** Whether browsers are told to ask again at each reload, so that a page shows what has changed. */
  isRevalidated?: boolean;
}

/** Directives by which a browser shows what it has before it has asked. */
const BEFORE_ASKING = /^(immutable$|stale-while-revalidate\s*=|stale-if-error\s*=)/i;

/** The answer with which a browser asks again at each reload. What it says to shared caches (`s-maxage`) stays. */
export function revalidated(response: EdgeResponse): EdgeResponse {
  const { 'cache-control': cacheControl, expires: _, ...headers } = response.headers;
  if (cacheControl === undefined || !/(^|[\s,])max-age\s*=/i.test(cacheControl)) return response;
  const directives = cacheControl
    .split(',')
    .map((directive) => directive.trim().replace(/^max-age\s*=.*$/i, 'max-age=0'))
    .filter((directive) => directive !== '' && !BEFORE_ASKING.test(directive));
  return { ...response, headers: { ...headers, 'cache-control': directives.join(', ') } };
}
