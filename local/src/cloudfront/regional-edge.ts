import type { Clock } from '../clock';
import type { DistributionDefinition } from '../deployment/deployment';
import { type Behavior, functionRegionOf } from './behaviors';
import { Cache, type CachedResponse, isInvalidatedBy } from './cache';
import { type CacheKey, cacheKeyOf, forwardedOf } from './cache-key';
import { timeToLive } from './time-to-live';
import type { OpenQuestions } from './open-questions';
import { requestOrigin } from './origin';
import { type OriginRequest, originResponseEvent, runOriginResponse } from './origin-response';
import type { EdgeResponse } from './response';
import type { ViewerRequest } from './viewer-request';

export interface RegionalEdgeOptions {
  definition: DistributionDefinition;
  clock: Clock;
  open: OpenQuestions;
  log(line: string): void;
  /** Called with the region where a function ran and why CloudFront refuses its answer. */
  onInvalidAnswer?(region: string, why: string): void;
}

/** A request after the viewer-request function. */
export interface CacheRequest {
  request: ViewerRequest;
  behavior: Behavior;
  range?: string;
  body?: Buffer;
  clientIp: string;
  requestId: string;
}

/** A response, and whether it came from the cache. */
export interface SourcedResponse {
  response: EdgeResponse;
  xCache: 'Hit' | 'Miss' | 'RefreshHit' | 'Error';
  /** Seconds since the origin sent or revalidated it; missing if that was now. */
  age?: number;
}

/** A request to the origin, and the cache key for its response. */
interface CacheMiss {
  key: CacheKey;
  behavior: Behavior;
  request: OriginRequest;
}

const CACHED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** One region of the distribution: its cache, which all behaviors share, and the functions that run for it. */
export class RegionalEdge {
  readonly region: string;
  readonly #options: RegionalEdgeOptions;
  readonly #cache = new Cache();
  /** Requests to the origin in flight, which concurrent misses share. */
  readonly #inFlight = new Map<string, Promise<EdgeResponse>>();
  /** Items of all invalidations so far, in order. */
  readonly #invalidatedItems: string[] = [];

  constructor(region: string, options: RegionalEdgeOptions) {
    this.region = region;
    this.#options = options;
  }

  /** @param item a path, a path that ends in `*`, or `#tag` */
  invalidate(item: string): void {
    this.#invalidatedItems.push(item);
    this.#cache.invalidate(item);
  }

  /** Answers from the cache if its response is fresh, else from the origin. */
  async find({ request, behavior, range, body, clientIp, requestId }: CacheRequest): Promise<SourcedResponse> {
    const key = cacheKeyOf(request, behavior.cachePolicy);
    const isCacheable = CACHED_METHODS.has(request.method);
    const cached = isCacheable ? this.#cache.get(key.key) : undefined;
    const now = this.#options.clock.now();
    if (cached && now < cached.expires) {
      const xCache = cached.response.status >= 400 ? 'Error' : 'Hit';
      return { response: cached.response, xCache, age: (now - cached.since) / 1000 };
    }
    const method = request.method === 'HEAD' ? this.#options.open.headReachesOriginAs : request.method;
    const { headers, query } = forwardedOf(request, behavior);
    const miss: CacheMiss = {
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
    if (!isCacheable) return sourced(await this.#fetch(miss));
    if (cached) return this.#revalidate(cached, miss);
    if (range && method === 'GET') miss.request.headers['range'] = range;
    return sourced(await this.#collapse(miss));
  }

  /** Revalidates with If-None-Match. DG: Expiration, RequestAndResponseBehaviorS3Origin */
  async #revalidate(cached: CachedResponse, miss: CacheMiss): Promise<SourcedResponse> {
    const { etag } = cached.response.headers;
    if (etag && cached.response.status === 200) miss.request.headers['if-none-match'] = etag;
    const response = await this.#collapse(miss);
    if (response.status === 304) {
      const headers = {
        ...cached.response.headers,
        ...pick(response.headers, ['cache-control', 'expires', 'date', 'vary']),
      };
      const revalidated: EdgeResponse = { ...cached.response, headers };
      this.#store(miss, revalidated);
      return { response: revalidated, xCache: 'RefreshHit' };
    }
    // A stale response is better than an error. DG: HTTPStatusCodes
    if (response.status >= 500 && !response.isLocal && cached.response.status < 400) {
      return { response: cached.response, xCache: 'Hit' };
    }
    return sourced(response);
  }

  /**
   * Collapses concurrent requests into one request to the origin. If its response must not be cached, the others send
   * their own. DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
   */
  async #collapse(miss: CacheMiss): Promise<EdgeResponse> {
    const id = `${miss.request.method} ${miss.request.headers['range'] ?? ''} ${miss.key.key}`;
    const inFlight = this.#inFlight.get(id);
    if (inFlight) {
      const response = await inFlight;
      return this.#timeToLive(response, miss) > 0 ? response : this.#fetch(miss);
    }
    const response = this.#fetch(miss);
    this.#inFlight.set(id, response);
    try {
      return await response;
    } finally {
      this.#inFlight.delete(id);
    }
  }

  async #fetch(miss: CacheMiss): Promise<EdgeResponse> {
    const { definition, open, log, onInvalidAnswer } = this.#options;
    const { key, request, behavior } = miss;
    const invalidationsBefore = this.#invalidatedItems.length;
    const headers = { ...request.headers };
    for (const { HeaderName, HeaderValue } of behavior.origin.OriginCustomHeaders ?? []) {
      headers[HeaderName.toLowerCase()] = HeaderValue;
    }
    const origin = await requestOrigin({ ...request, headers }, behavior.origin, behavior.target, log);
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
    const functionFailed = answer !== origin && Boolean(answer.headers['x-cache']);
    const response = forwardsHeaders(behavior) || open.varyReachesViewers ? answer : withoutVary(answer);
    const invalidated = open.invalidationReachesInFlight ? this.#invalidatedItems.slice(invalidationsBefore) : [];
    const isInvalidated = invalidated.some((item) => isInvalidatedBy(item, key.path, this.#tagsOf(response)));
    const isHeadOfFunction = request.method === 'HEAD' && answer.status !== origin.status && open.headAnswersKept;
    const isCacheable = request.method === 'GET' || isHeadOfFunction;
    if (isCacheable && !isInvalidated && !(functionFailed && !open.functionErrorsCached)) this.#store(miss, response);
    return response;
  }

  #tagsOf({ status, headers }: EdgeResponse): string[] {
    if (status >= 400 && !this.#options.open.tagsOnErrors) return [];
    const name = this.#options.definition.config.CacheTagConfig?.HeaderName.toLowerCase();
    const tags = (name && headers[name]) || '';
    return tags.split(',').map((tag) => tag.trim().toLowerCase());
  }

  #timeToLive(response: EdgeResponse, { behavior }: CacheMiss): number {
    const { definition, clock } = this.#options;
    return timeToLive(response, behavior.cachePolicy, definition.config.CustomErrorResponses, clock.now());
  }

  #store(miss: CacheMiss, response: EdgeResponse): void {
    const seconds = this.#timeToLive(response, miss);
    if (seconds <= 0 || response.status === 304 || response.status === 412 || response.status === 416) return;
    const now = this.#options.clock.now();
    const { key, path } = miss.key;
    this.#cache.set(key, { response, path, since: now, expires: now + seconds * 1000, tags: this.#tagsOf(response) });
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
