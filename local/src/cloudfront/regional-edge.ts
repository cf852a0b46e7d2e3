import type { Clock } from '../clock';
import type { Distribution as Definition } from '../deployment/deployment';
import { type Behavior, functionRegionOf } from './behaviors';
import { Cache, type CachedResponse, isNamedBy } from './cache';
import { type CacheKey, cacheKeyOf } from './cache-key';
import { forwarded } from './forwarded';
import { timeToLive } from './freshness';
import type { OpenQuestions } from './open-questions';
import { askOrigin } from './origin';
import { type OriginRequest, originResponseEvent, runOriginResponse } from './origin-response';
import type { EdgeResponse } from './response';
import type { ViewerRequest } from './viewer-request';

export interface RegionalEdgeOptions {
  definition: Definition;
  clock: Clock;
  open: OpenQuestions;
  log(line: string): void;
  /** Called with what CloudFront refuses in a function's answer, and the region where the function ran. */
  onInvalidAnswer?(region: string, why: string): void;
}

/** A request that a behavior goes on with, and what of the viewer's it needs beside. */
export interface CacheRequest {
  request: ViewerRequest;
  behavior: Behavior;
  range?: string;
  body?: Buffer;
  clientIp: string;
  requestId: string;
}

/** A response, and where CloudFront has it from. */
export interface SourcedResponse {
  response: EdgeResponse;
  xCache: 'Hit' | 'Miss' | 'RefreshHit' | 'Error';
  /** Seconds since the origin gave or confirmed it; missing when that was now. */
  age?: number;
}

/** A request to the origin, and what its response is kept under. */
interface Ask {
  key: CacheKey;
  behavior: Behavior;
  request: OriginRequest;
}

/** Methods whose responses CloudFront keeps. */
const CACHED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** One region of the distribution: its cache, which all behaviors share, and the functions that run for it. */
export class RegionalEdge {
  readonly region: string;
  readonly #options: RegionalEdgeOptions;
  readonly #cache = new Cache();
  /** Requests to the origin that are under way, by cache key, so that concurrent misses share one. */
  readonly #underWay = new Map<string, Promise<EdgeResponse>>();
  /** Items of all invalidations so far, in order. */
  readonly #invalidated: string[] = [];

  constructor(region: string, options: RegionalEdgeOptions) {
    this.region = region;
    this.#options = options;
  }

  /** Removes from the cache what one item of an invalidation names. */
  invalidate(item: string): void {
    this.#invalidated.push(item);
    this.#cache.invalidate(item);
  }

  /** Answers from the cache if the response there is fresh, else from the origin. */
  async find({ request, behavior, range, body, clientIp, requestId }: CacheRequest): Promise<SourcedResponse> {
    const key = cacheKeyOf(request, behavior.cachePolicy);
    const isCacheable = CACHED_METHODS.has(request.method);
    const cached = isCacheable ? this.#cache.get(key.key) : undefined;
    const now = this.#options.clock.now();
    if (cached && now < cached.until) {
      const xCache = cached.response.status >= 400 ? 'Error' : 'Hit';
      return { response: cached.response, xCache, age: (now - cached.since) / 1000 };
    }
    const method = request.method === 'HEAD' ? this.#options.open.headReachesOriginAs : request.method;
    const { headers, query } = forwarded(request, behavior);
    const ask: Ask = {
      key,
      behavior,
      request: {
        method,
        uri: request.uri,
        headers: { ...headers, via: `1.1 ${this.#options.definition.domainName} (CloudFront)` },
        ...(query && { query }),
        ...(body && { body }),
        requestId,
        clientIp,
      },
    };
    if (!isCacheable) return sourced(await this.#askOrigin(ask));
    if (cached) return this.#revalidate(cached, ask);
    if (range && method === 'GET') ask.request.headers['range'] = range;
    return sourced(await this.#collapsed(ask));
  }

  /** DG: Expiration, RequestAndResponseBehaviorS3Origin: an expired object is asked for with If-None-Match. */
  async #revalidate(cached: CachedResponse, ask: Ask): Promise<SourcedResponse> {
    const { etag } = cached.response.headers;
    if (etag && cached.response.status === 200) ask.request.headers['if-none-match'] = etag;
    const response = await this.#collapsed(ask);
    if (response.status === 304) {
      const headers = {
        ...cached.response.headers,
        ...pick(response.headers, ['cache-control', 'expires', 'date', 'vary']),
      };
      const confirmed: EdgeResponse = { ...cached.response, headers };
      this.#store(ask, confirmed);
      return { response: confirmed, xCache: 'RefreshHit' };
    }
    // An expired response is served rather than an error. DG: HTTPStatusCodes
    if (response.status >= 500 && !response.isLocal && cached.response.status < 400) {
      return { response: cached.response, xCache: 'Hit' };
    }
    return sourced(response);
  }

  /**
   * Collapses concurrent requests for one response into one request to the origin. If that response must not be
   * cached, those that waited for it send requests of their own. DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
   */
  async #collapsed(ask: Ask): Promise<EdgeResponse> {
    const collapse = `${ask.request.method} ${ask.request.headers['range'] ?? ''} ${ask.key.key}`;
    const waiting = this.#underWay.get(collapse);
    if (waiting) {
      const response = await waiting;
      return this.#timeToLive(response, ask) > 0 ? response : this.#askOrigin(ask);
    }
    const answer = this.#askOrigin(ask);
    this.#underWay.set(collapse, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(collapse);
    }
  }

  async #askOrigin(ask: Ask): Promise<EdgeResponse> {
    const { definition, open, log, onInvalidAnswer } = this.#options;
    const { key, request, behavior } = ask;
    const before = this.#invalidated.length;
    const headers = { ...request.headers };
    for (const { HeaderName, HeaderValue } of behavior.origin.OriginCustomHeaders ?? []) {
      headers[HeaderName.toLowerCase()] = HeaderValue;
    }
    const origin = await askOrigin({ ...request, headers }, behavior.origin, behavior.target, log);
    if (origin.isLocal) return origin;
    let answer = origin;
    const originResponse = behavior.originResponseFor?.(this.region);
    if (originResponse && !origin.headers['x-cache']) {
      const event = originResponseEvent(request, origin, behavior.origin, definition);
      const region = functionRegionOf(behavior.origin, this.region);
      answer = await runOriginResponse(originResponse, event, origin, open, {
        log,
        onInvalid: (why) => onInvalidAnswer?.(region, why),
      });
    }
    const failed = answer !== origin && Boolean(answer.headers['x-cache']);
    const response = forwardsHeaders(behavior) || open.varyReachesViewers ? answer : withoutVary(answer);
    const since = open.invalidationReachesInFlight ? this.#invalidated.slice(before) : [];
    const isInvalidated = since.some((item) => isNamedBy(item, key.path, this.#tagsOf(response)));
    const isHeadOfFunction = request.method === 'HEAD' && answer.status !== origin.status && open.headAnswersKept;
    const isKept = request.method === 'GET' || isHeadOfFunction;
    if (isKept && !isInvalidated && !(failed && !open.functionErrorsCached)) this.#store(ask, response);
    return response;
  }

  #tagsOf({ status, headers }: EdgeResponse): string[] {
    if (status >= 400 && !this.#options.open.tagsOnErrors) return [];
    const name = this.#options.definition.config.CacheTagConfig?.HeaderName.toLowerCase();
    const tags = (name && headers[name]) || '';
    return tags.split(',').map((tag) => tag.trim().toLowerCase());
  }

  #timeToLive(response: EdgeResponse, { behavior }: Ask): number {
    const { definition, clock } = this.#options;
    return timeToLive(response, behavior.cachePolicy, definition.config.CustomErrorResponses, clock.now());
  }

  #store(ask: Ask, response: EdgeResponse): void {
    const seconds = this.#timeToLive(response, ask);
    if (seconds <= 0 || response.status === 304 || response.status === 412 || response.status === 416) return;
    const now = this.#options.clock.now();
    const { key, path } = ask.key;
    this.#cache.set(key, { response, path, since: now, until: now + seconds * 1000, tags: this.#tagsOf(response) });
  }
}

const sourced = (response: EdgeResponse): SourcedResponse => ({
  response,
  xCache: response.status >= 400 ? 'Error' : 'Miss',
});

const forwardsHeaders = ({ cachePolicy }: Behavior): boolean =>
  cachePolicy.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.HeaderBehavior !== 'none';

function withoutVary(response: EdgeResponse): EdgeResponse {
  const { vary: _, ...headers } = response.headers;
  return { ...response, headers };
}

const pick = (headers: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
