import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { Reply } from '../http/reply';
import type { HttpServer } from '../http/server';
import {
  type ApiRequest,
  type Service,
  type ServiceOptions,
  denialOf,
  principalOf,
  startService,
} from '../http/service';
import { ServiceError } from '../http/service-error';
import type { Identities } from '../iam/identities';
import { type Invalidation, type InvalidatedCache, Invalidations } from './invalidations';

export interface CloudFrontApiOptions extends ServiceOptions {
  /** Those of the template, each with its caches on this machine. */
  distributions: readonly { id: string; arn: string; caches: readonly InvalidatedCache[] }[];
  identities: Identities;
  account: string;
}

/** One operation of the API. */
interface Operation {
  name: string;
  method: string;
  /** Of the distribution's id, and of the invalidation's if the path has one. */
  path: RegExp;
  run(invalidations: Invalidations, call: { path: string; id: string; body: string }): Reply;
}

const BASE = '/2020-05-31/distribution/([^/]+)/invalidation';

const parser = new XMLParser({ isArray: (name) => name === 'Path', parseTagValue: false });
const builder = new XMLBuilder({ ignoreAttributes: false });

const reply = (status: number, document: object, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`,
});

const summaryOf = ({ id, created, status }: Invalidation) => ({
  Id: id,
  CreateTime: new Date(created).toISOString(),
  Status: status,
});

const detailsOf = (invalidation: Invalidation) => ({
  Invalidation: {
    ...summaryOf(invalidation),
    InvalidationBatch: {
      Paths: { Quantity: invalidation.items.length, Items: { Path: invalidation.items } },
      CallerReference: invalidation.callerReference,
    },
  },
});

interface BatchDocument {
  InvalidationBatch?: { Paths?: { Items?: { Path?: string[] } }; CallerReference?: string };
}

/** The operations that are modelled. CloudFront API Reference. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'CreateInvalidation',
    method: 'POST',
    path: new RegExp(`^${BASE}$`),
    run: (invalidations, { path, body }) => {
      const batch = (parser.parse(body) as BatchDocument).InvalidationBatch;
      const created = invalidations.create(batch?.Paths?.Items?.Path ?? [], batch?.CallerReference ?? '');
      return reply(201, detailsOf(created), { location: `${path}/${created.id}` });
    },
  },
  {
    name: 'GetInvalidation',
    method: 'GET',
    path: new RegExp(`^${BASE}/([^/]+)$`),
    run: (invalidations, { id }) => reply(200, detailsOf(invalidations.get(id))),
  },
  {
    name: 'ListInvalidations',
    method: 'GET',
    path: new RegExp(`^${BASE}$`),
    run: (invalidations) => {
      const items = invalidations.list().map(summaryOf);
      const list = { Marker: '', MaxItems: 100, IsTruncated: false, Quantity: items.length };
      return reply(200, { InvalidationList: { ...list, Items: { InvalidationSummary: items } } });
    },
  },
];

/** Serves CloudFront's API for some distributions on 127.0.0.1. */
export function startCloudFrontApi(options: CloudFrontApiOptions): Promise<HttpServer> {
  const { clock, distributions, log } = options;
  const known = distributions.map((each) => ({ ...each, invalidations: new Invalidations(clock, each.caches) }));
  const service: Service = {
    name: 'cloudfront',
    route: (request) => {
      const operation = OPERATIONS.find(({ method, path }) => method === request.method && path.test(request.target));
      if (!operation) throw new ServiceError(405, 'UnsupportedOperation', 'This operation is not modelled here.');
      return { operation: operation.name, run: () => run(operation, request, known, options) };
    },
    headers: () => ({ 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }),
    throttled: () => new ServiceError(400, 'Throttling', 'Rate exceeded'),
    failed: (status) => new ServiceError(status, 'InternalError', 'An internal error occurred.'),
    errorReply: ({ status, code, message }, _request, headers) => {
      const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
      return reply(status, { ErrorResponse: { Error: error, RequestId: headers['x-amzn-requestid'] } });
    },
    onReply: (_status, call, error) => {
      if (error) log(`cloudfront: ${call?.operation ?? 'unknown'} refused: ${error.code}: ${error.message}`);
    },
  };
  return startService(service, options);
}

async function run(
  { name, path, run: runOperation }: Operation,
  request: ApiRequest,
  distributions: readonly { id: string; arn: string; invalidations: Invalidations }[],
  { identities, clock, account }: CloudFrontApiOptions,
): Promise<Reply> {
  const [, distributionId, id = ''] = path.exec(request.target)!;
  const body = await text(request.message);
  const principal = await principalOf('cloudfront', request, body, identities, clock);
  if (!principal) {
    throw new ServiceError(403, 'SignatureDoesNotMatch', 'The request is not signed by anyone known here.');
  }
  const distribution = distributions.find((each) => each.id === distributionId);
  // AWS authorises a request before it looks whether there is what it names.
  const resource = distribution?.arn ?? `arn:aws:cloudfront::${account}:distribution/${distributionId}`;
  const denial = denialOf({ principal, action: `cloudfront:${name}`, resource });
  if (denial) throw new ServiceError(403, 'AccessDenied', denial);
  if (!distribution) {
    throw new ServiceError(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
  }
  return runOperation(distribution.invalidations, { path: request.target, id, body });
}
