import type { EdgeResponse } from './response';

/** A request and the answer that the viewer got. */
export interface ServedAnswer {
  method: string;
  /** Path and query as the viewer sent them. */
  url: string;
  status: number;
  /** As AWS would send them, before `isRevalidated` changes them. */
  headers: Readonly<Record<string, string>>;
  /** Present for a HEAD, too, if it is known. */
  body: Buffer;
  milliseconds: number;
  /** The edge's region. */
  region: string;
}

export interface ViewerOptions {
  /** Called for every answer that was sent. */
  onAnswer?(answer: ServedAnswer): void;
  /** Whether browsers revalidate at each reload, so that a page shows the latest change. */
  isRevalidated?: boolean;
}

/** Directives that let a browser use its copy without revalidation. */
const WITHOUT_REVALIDATION = /^(immutable$|stale-while-revalidate\s*=|stale-if-error\s*=)/i;

/** Makes browsers revalidate at each reload. Directives for shared caches (`s-maxage`) stay. */
export function revalidated(response: EdgeResponse): EdgeResponse {
  const { 'cache-control': cacheControl, expires: _, ...headers } = response.headers;
  if (cacheControl === undefined || !/(^|[\s,])max-age\s*=/i.test(cacheControl)) return response;
  const directives = cacheControl
    .split(',')
    .map((directive) => directive.trim().replace(/^max-age\s*=.*$/i, 'max-age=0'))
    .filter((directive) => directive !== '' && !WITHOUT_REVALIDATION.test(directive));
  return { ...response, headers: { ...headers, 'cache-control': directives.join(', ') } };
}
