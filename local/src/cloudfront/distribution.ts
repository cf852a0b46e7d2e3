import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type HttpServer, listen } from '../http/server';
import { type Behavior, behaviorFor } from './behaviors';
import { RegionalEdge, type RegionalEdgeOptions, type SourcedResponse } from './regional-edge';
import { type EdgeResponse, customErrorPageFor, errorPage } from './response';
import { type ViewerOptions, revalidated } from './served-answer';
import { checkViewer } from './signed-viewers';
import { runViewerRequest, unchanged, viewerRequestEvent } from './viewer-request';
import { applyPolicy, forViewer, send } from './viewer-response';

export interface DistributionOptions extends RegionalEdgeOptions, ViewerOptions {
  /** In the distribution's order, the default one last. */
  behaviors: readonly Behavior[];
  /** Regions with an edge; each has its own port. */
  regions: readonly string[];
}

/** The viewers' side of a distribution: behavior, signature, viewer-request function, and the response as it is sent. */
export class Distribution {
  readonly edges: readonly RegionalEdge[];
  readonly #options: DistributionOptions;
  readonly #servers: HttpServer[] = [];

  constructor(options: DistributionOptions) {
    this.#options = options;
    this.edges = options.regions.map((region) => new RegionalEdge(region, options));
  }

  /**
   * Listens on 127.0.0.1: on this port for the first region, and on those that follow for the others.
   * @returns the ports @throws Error if a port is not available
   */
  async listen(port: number): Promise<number[]> {
    for (const [index, edge] of this.edges.entries()) {
      const handle = (request: IncomingMessage, response: ServerResponse) => this.#serve(edge, request, response);
      this.#servers.push(await listen(handle, port && port + index));
    }
    return this.#servers.map((server) => server.port);
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  /** Invalidates in all regions at once. */
  invalidate(item: string): void {
    for (const edge of this.edges) edge.invalidate(item);
  }

  async #serve(edge: RegionalEdge, request: IncomingMessage, to: ServerResponse): Promise<void> {
    const { log, definition, isRevalidated = false, onAnswer } = this.#options;
    const requestId = randomUUID();
    const began = performance.now();
    let response: EdgeResponse;
    try {
      response = await this.#answer(edge, request, requestId);
      const headers = { ...response.headers };
      headers['via'] = `1.1 ${definition.domainName} (CloudFront)`;
      headers['x-amz-cf-id'] = requestId;
      headers['x-amz-cf-pop'] = `LOCAL${this.edges.indexOf(edge) + 1}-C1`;
      response = { ...response, headers };
    } catch (error) {
      log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      response = errorPage(500, 'Error', 'The local distribution failed.');
    }
    send(isRevalidated ? revalidated(response) : response, request, to);
    if (!onAnswer) return;
    const { method = '', url = '/' } = request;
    const { status, headers, body } = response;
    onAnswer({ method, url, status, headers, body, milliseconds: performance.now() - began, region: edge.region });
  }

  #behaviorFor(url: string): Behavior {
    return behaviorFor(this.#options.behaviors, url, this.#options.open.pathsMatchNormalised);
  }

  async #answer(edge: RegionalEdge, request: IncomingMessage, requestId: string): Promise<EdgeResponse> {
    const { definition, open, log } = this.#options;
    const behavior = this.#behaviorFor(request.url ?? '/');
    const allowed = behavior.config.AllowedMethods ?? ['GET', 'HEAD'];
    if (!allowed.includes(request.method ?? '')) {
      return errorPage(403, 'Error', `This distribution allows ${allowed.join(', ')}.`);
    }
    if (behavior.trustedKeys) {
      const checked = checkViewer(request, behavior.trustedKeys, this.#options.clock.now());
      if (typeof checked !== 'string') return checked;
      // Neither functions nor the cache see the signature.
      request.url = checked;
    }
    const event = viewerRequestEvent(request, definition, requestId, open);
    const { viewerRequest, responseHeadersPolicy } = behavior;
    const result = viewerRequest ? await runViewerRequest(viewerRequest, event, log) : unchanged(event);
    const withPolicy = (headers: Record<string, string>) =>
      responseHeadersPolicy ? applyPolicy(headers, responseHeadersPolicy, request) : headers;
    if ('status' in result) return { ...result, headers: withPolicy(result.headers) };
    const root = result.uri === '/' && definition.config.DefaultRootObject;
    const viewer = { clientIp: request.socket.remoteAddress ?? '127.0.0.1', requestId };
    const body = ['GET', 'HEAD'].includes(result.method) ? undefined : await buffer(request);
    const found = await this.#withErrorPage(
      edge,
      await edge.find({
        ...viewer,
        request: root ? { ...result, uri: `/${root}` } : result,
        behavior,
        ...(request.headers.range !== undefined && { range: request.headers.range }),
        ...(body?.length && { body }),
      }),
      viewer,
    );
    const response = forViewer(found.response, request);
    const headers = withPolicy(response.headers);
    headers['x-cache'] ??= `${found.xCache} from cloudfront`;
    if (found.age !== undefined) headers['age'] = String(Math.floor(found.age));
    return { ...response, headers };
  }

  /** Replaces an error by the distribution's custom error page, whichever behavior it is of. */
  async #withErrorPage(
    edge: RegionalEdge,
    found: SourcedResponse,
    viewer: { clientIp: string; requestId: string },
  ): Promise<SourcedResponse> {
    const custom = customErrorPageFor(found.response, this.#options.definition.config);
    if (!custom) return found;
    const { path, status } = custom;
    const page = await edge.find({
      ...viewer,
      request: { method: 'GET', uri: path, headers: {}, querystring: {} },
      behavior: this.#behaviorFor(path),
    });
    // If the page fails, the viewer gets the status of the page's own origin.
    const response = page.response.status === 200 ? { ...page.response, status } : page.response;
    return { ...found, response, xCache: 'Error' };
  }
}
