import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import type {
  CacheBehavior,
  CachePolicyConfig,
  Distribution as Definition,
  Origin,
  ResponseHeadersPolicyConfig,
} from '../deployment/deployment';
import type { CloudFrontFunction, LambdaFunction } from '../functions/function';
import { type HttpServer, listen } from '../http/server';
import { Cache, type CachedResponse, isNamedBy } from './cache';
import { timeToLive } from './freshness';
import type { OpenQuestions } from './open-questions';
import { type BucketAddress, askOrigin } from './origin';
import { type OriginRequest, originResponseEvent, runOriginResponse } from './origin-response';
import { type EdgeResponse, errorPage } from './response';
import { type ViewerRequest, runViewerRequest, viewerRequestEvent } from './viewer-request';
import { applyPolicy, forViewer, send } from './viewer-response';

export interface DistributionOptions {
  definition: Definition;
  cachePolicy: CachePolicyConfig;
  responseHeadersPolicy?: ResponseHeadersPolicyConfig;
  viewerRequest?: CloudFrontFunction;
  originResponse?: LambdaFunction;
  /** How to reach the bucket of an origin, by the origin's domain name. */
  addressOf(domainName: string): BucketAddress;
  clock: Clock;
  open: OpenQuestions;
  log(line: string): void;
}

/** A response, and where CloudFront has it from. */
interface SourcedResponse {
  response: EdgeResponse;
  xCache: 'Hit' | 'Miss' | 'RefreshHit' | 'Error';
  /** Seconds since the origin gave or confirmed it; missing when that was now. */
  age?: number;
}

/** The distribution of the template, on this machine. */
export class Distribution {
  readonly #options: DistributionOptions;
  readonly #behavior: CacheBehavior;
  readonly #origin: Origin;
  readonly #cache = new Cache();
  /** Requests to the origin that are under way, by cache key, so that concurrent misses share one. */
  readonly #underWay = new Map<string, Promise<EdgeResponse>>();
  /** Items of all invalidations so far, in order. */
  readonly #invalidated: string[] = [];
  #server: HttpServer | undefined;

  constructor(options: DistributionOptions) {
    this.#options = options;
    const { config } = options.definition;
    this.#behavior = config.DefaultCacheBehavior;
    const origin = config.Origins.find(({ Id }) => Id === this.#behavior.TargetOriginId);
    if (!origin) throw new Error(`The distribution has no origin ${this.#behavior.TargetOriginId}.`);
    this.#origin = origin;
  }

  /** Listens on 127.0.0.1. @returns the port @throws Error if the port cannot be had */
  async listen(port: number): Promise<number> {
    this.#server = await listen((request, response) => this.#serve(request, response), port);
    return this.#server.port;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Removes from the cache what one item of an invalidation names. */
  invalidate(item: string): void {
    this.#invalidated.push(item);
    this.#cache.invalidate(item);
  }

  async #serve(request: IncomingMessage, to: ServerResponse): Promise<void> {
    const { log, definition } = this.#options;
    const requestId = randomUUID();
    try {
      const response = await this.#answer(request, requestId);
      const headers = { ...response.headers };
      headers['via'] = `1.1 ${definition.domainName} (CloudFront)`;
      headers['x-amz-cf-id'] = requestId;
      headers['x-amz-cf-pop'] = 'LOCAL1-C1';
      send({ ...response, headers }, request, to);
    } catch (error) {
      log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      send(errorPage(500, 'Error', 'The local distribution failed.'), request, to);
    }
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<EdgeResponse> {
    const { definition, viewerRequest, responseHeadersPolicy, open, log } = this.#options;
    const allowed = this.#behavior.AllowedMethods ?? ['GET', 'HEAD'];
    if (!allowed.includes(request.method ?? '')) {
      return errorPage(403, 'Error', `This distribution allows ${allowed.join(', ')}.`);
    }
    const event = viewerRequestEvent(request, definition, requestId, open);
    const went = viewerRequest
      ? await runViewerRequest(viewerRequest, event, log)
      : (event as unknown as { request: ViewerRequest }).request;
    const policy = (headers: Record<string, string>) =>
      responseHeadersPolicy ? applyPolicy(headers, responseHeadersPolicy, request) : headers;
    if ('status' in went) return { ...went, headers: policy(went.headers) };
    const found = await this.#find(went, request, requestId);
    const response = forViewer(found.response, request);
    const headers = policy(response.headers);
    headers['x-cache'] ??= `${found.xCache} from cloudfront`;
    if (found.age !== undefined) headers['age'] = String(Math.floor(found.age));
    return { ...response, headers };
  }

  /** Answers from the cache if the response there is fresh, else from the origin. */
  async #find(went: ViewerRequest, viewer: IncomingMessage, requestId: string): Promise<SourcedResponse> {
    const key = this.#cacheKey(went);
    const cached = this.#cache.get(key);
    const now = this.#options.clock.now();
    if (cached && now < cached.until) {
      const xCache = cached.response.status >= 400 ? 'Error' : 'Hit';
      return { response: cached.response, xCache, age: (now - cached.since) / 1000 };
    }
    const method = went.method === 'HEAD' ? this.#options.open.headReachesOriginAs : 'GET';
    const request: OriginRequest = {
      method,
      uri: went.uri,
      headers: { 'user-agent': 'Amazon CloudFront', via: `1.1 ${this.#options.definition.domainName} (CloudFront)` },
      requestId,
      clientIp: viewer.socket.remoteAddress ?? '127.0.0.1',
    };
    if (cached) return this.#revalidate(key, cached, request);
    if (viewer.headers.range && method === 'GET') request.headers['range'] = viewer.headers.range;
    const response = await this.#collapsed(key, request);
    return { response, xCache: response.status >= 400 ? 'Error' : 'Miss' };
  }

  /** DG: Expiration, RequestAndResponseBehaviorS3Origin: an expired object is asked for with If-None-Match. */
  async #revalidate(key: string, cached: CachedResponse, request: OriginRequest): Promise<SourcedResponse> {
    const { etag } = cached.response.headers;
    if (etag && cached.response.status === 200) request.headers['if-none-match'] = etag;
    const response = await this.#collapsed(key, request);
    if (response.status === 304) {
      const headers = {
        ...cached.response.headers,
        ...pick(response.headers, ['cache-control', 'expires', 'date', 'vary']),
      };
      const confirmed: EdgeResponse = { ...cached.response, headers };
      this.#store(key, confirmed);
      return { response: confirmed, xCache: 'RefreshHit' };
    }
    // An expired response is served rather than an error. DG: HTTPStatusCodes
    if (response.status >= 500 && cached.response.status < 400) return { response: cached.response, xCache: 'Hit' };
    return { response, xCache: response.status >= 400 ? 'Error' : 'Miss' };
  }

  /**
   * Collapses concurrent requests for one response into one request to the origin. If that response must not be
   * cached, those that waited for it send requests of their own. DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
   */
  async #collapsed(key: string, request: OriginRequest): Promise<EdgeResponse> {
    const collapse = `${request.method} ${request.headers['range'] ?? ''} ${key}`;
    const waiting = this.#underWay.get(collapse);
    if (waiting) {
      const response = await waiting;
      return this.#timeToLive(response) > 0 ? response : this.#askOrigin(key, request);
    }
    const answer = this.#askOrigin(key, request);
    this.#underWay.set(collapse, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(collapse);
    }
  }

  async #askOrigin(key: string, request: OriginRequest): Promise<EdgeResponse> {
    const { definition, originResponse, addressOf, open, log } = this.#options;
    const before = this.#invalidated.length;
    const headers = { ...request.headers };
    for (const { HeaderName, HeaderValue } of this.#origin.OriginCustomHeaders ?? []) {
      headers[HeaderName.toLowerCase()] = HeaderValue;
    }
    const address = addressOf(this.#origin.DomainName);
    const origin = await askOrigin({ ...request, headers }, this.#origin, address, log);
    let answer = origin;
    if (originResponse && !origin.headers['x-cache']) {
      const event = originResponseEvent(request, origin, this.#origin, definition);
      answer = await runOriginResponse(originResponse, event, origin, open, log);
    }
    const failed = answer !== origin && Boolean(answer.headers['x-cache']);
    const response = this.#forwardsHeaders || open.varyReachesViewers ? answer : withoutVary(answer);
    const since = open.invalidationReachesInFlight ? this.#invalidated.slice(before) : [];
    const isInvalidated = since.some((item) => isNamedBy(item, key, this.#tagsOf(response)));
    if (request.method === 'GET' && !isInvalidated && !(failed && !open.functionErrorsCached))
      this.#store(key, response);
    return response;
  }

  get #forwardsHeaders(): boolean {
    const { HeadersConfig } = this.#options.cachePolicy.ParametersInCacheKeyAndForwardedToOrigin;
    return HeadersConfig.HeaderBehavior !== 'none';
  }

  #tagsOf({ status, headers }: EdgeResponse): string[] {
    if (status >= 400 && !this.#options.open.tagsOnErrors) return [];
    const name = this.#options.definition.config.CacheTagConfig?.HeaderName.toLowerCase();
    const tags = (name && headers[name]) || '';
    return tags.split(',').map((tag) => tag.trim().toLowerCase());
  }

  #timeToLive(response: EdgeResponse): number {
    const { definition, cachePolicy, clock } = this.#options;
    return timeToLive(response, cachePolicy, definition.config.CustomErrorResponses, clock.now());
  }

  #store(key: string, response: EdgeResponse): void {
    const seconds = this.#timeToLive(response);
    if (seconds <= 0 || response.status === 304 || response.status === 412 || response.status === 416) return;
    const now = this.#options.clock.now();
    this.#cache.set(key, {
      response,
      since: now,
      until: now + seconds * 1000,
      tags: this.#tagsOf(response),
    });
  }

  /** The path, with the query parameters that the cache policy names. DG: controlling-the-cache-key */
  #cacheKey({ uri, querystring }: ViewerRequest): string {
    const { QueryStringBehavior, QueryStrings = [] } =
      this.#options.cachePolicy.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig;
    const names = Object.keys(querystring).filter(
      (name) =>
        QueryStringBehavior === 'all' ||
        (QueryStringBehavior === 'whitelist' && QueryStrings.includes(name)) ||
        (QueryStringBehavior === 'allExcept' && !QueryStrings.includes(name)),
    );
    return names.length ? `${uri}?${names.map((name) => `${name}=${querystring[name]!.value}`).join('&')}` : uri;
  }
}

function withoutVary(response: EdgeResponse): EdgeResponse {
  const { vary: _, ...headers } = response.headers;
  return { ...response, headers };
}

const pick = (headers: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
