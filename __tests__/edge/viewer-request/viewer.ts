import { type ResizerConfig, parseConfig } from '../../../edge/config/schema';
import { type Values, pairsOf, valuesOf } from '../../../edge/event-values';
import { viewerRequestSettings } from '../../../edge/config/settings';
import { bundleViewerRequest } from '../../../stack/bundle';
import { runAsyncFunction, runFunction } from '../run-in-njs';

export const MODERN = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';

/** What came of a request: the path that goes on to the cache, or an answer to the viewer. */
export interface Outcome {
  path?: string;
  status?: number;
  code?: string;
  body?: string;
}

interface Answer {
  uri?: string;
  querystring?: Values;
  statusCode?: number;
  headers: Values;
  body?: string;
}

/** A URL as a viewer types it, and its `Accept`; none is an old browser. */
export type Request = string | { url: string; accept?: string };

/** The event that CloudFront makes of a request. */
export function toEvent(request: Request) {
  const { url, accept } = typeof request === 'string' ? { url: request, accept: undefined } : request;
  const [uri = '', search = ''] = url.split('?');
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '127.0.0.1' },
    request: {
      method: 'GET',
      uri,
      querystring: valuesOf(pairsOf(search, '&')),
      headers: {
        host: { value: 'd111.cloudfront.net' },
        ...(accept !== undefined && { accept: { value: accept } }),
      } as Values,
      cookies: {},
    },
  };
}

/** What was bundled already, by its config. */
const bundles = new Map<string, string>();

function bundle(config: ResizerConfig): string {
  const name = JSON.stringify(config);
  const code = bundles.get(name) ?? bundleViewerRequest(viewerRequestSettings(parseConfig(config)));
  bundles.set(name, code);
  return code;
}

/** A viewer-request function as bundled for deployment, with this config. */
export function viewerRequest(config: ResizerConfig = {}): (requests: Request[]) => Outcome[] {
  const code = bundle(config);
  return (requests) => runFunction<Answer>(code, requests.map(toEvent)).map(toOutcome);
}

function toOutcome(answer: Answer): Outcome {
  if (answer.statusCode === undefined) {
    expect(answer.querystring).toEqual({});
    return { path: answer.uri! };
  }
  expect(answer.headers['content-type']).toEqual({ value: 'text/plain; charset=utf-8' });
  expect(answer.body).toMatch(/^[^\n]+\n$/);
  return { status: answer.statusCode, code: answer.headers['x-resizer-error']!.value, body: answer.body! };
}

/** The same of a config that takes signatures. @param store the entries of its KeyValueStore */
export function signedViewerRequest(
  config: ResizerConfig,
  store: Record<string, string>,
): (requests: Request[]) => Promise<Outcome[]> {
  const code = bundle({ signed: true, ...config });
  return async (requests) => (await runAsyncFunction<Answer>(code, requests.map(toEvent), store)).map(toOutcome);
}
