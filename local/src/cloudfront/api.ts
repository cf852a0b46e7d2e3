import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { Reply } from '../http/reply';
import { type RestApiOptions, type RestOperation, startRestApi } from '../http/rest-api';
import type { HttpServer } from '../http/server';
import { ServiceError } from '../http/service-error';
import { type Invalidation, type InvalidatedCache, Invalidations } from './invalidations';

export interface CloudFrontApiOptions extends RestApiOptions {
  /** The template's distributions, each with its caches. */
  distributions: readonly { id: string; arn: string; caches: readonly InvalidatedCache[] }[];
  account: string;
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
export const OPERATIONS: readonly RestOperation<Invalidations>[] = [
  {
    name: 'CreateInvalidation',
    method: 'POST',
    path: new RegExp(`^${BASE}$`),
    run: ({ resource, body, request }) => {
      const batch = (parser.parse(body) as BatchDocument).InvalidationBatch;
      const created = resource.create(batch?.Paths?.Items?.Path ?? [], batch?.CallerReference ?? '');
      return reply(201, detailsOf(created), { location: `${request.target}/${created.id}` });
    },
  },
  {
    name: 'GetInvalidation',
    method: 'GET',
    path: new RegExp(`^${BASE}/([^/]+)$`),
    run: ({ resource, id }) => reply(200, detailsOf(resource.get(id))),
  },
  {
    name: 'ListInvalidations',
    method: 'GET',
    path: new RegExp(`^${BASE}$`),
    run: ({ resource }) => {
      const items = resource.list().map(summaryOf);
      const list = { Marker: '', MaxItems: 100, IsTruncated: false, Quantity: items.length };
      return reply(200, { InvalidationList: { ...list, Items: { InvalidationSummary: items } } });
    },
  },
];

/** Serves the invalidations of CloudFront's API on 127.0.0.1. */
export function startCloudFrontApi({ distributions, account, ...options }: CloudFrontApiOptions): Promise<HttpServer> {
  const invalidations = new Map(distributions.map(({ id, caches }) => [id, new Invalidations(options.clock, caches)]));
  return startRestApi(
    {
      name: 'cloudfront',
      contentType: 'text/xml',
      operations: OPERATIONS,
      find: (id) => ({
        arn: distributions.find((each) => each.id === id)?.arn ?? `arn:aws:cloudfront::${account}:distribution/${id}`,
        resource: invalidations.get(id),
      }),
      notModelled: () => new ServiceError(405, 'UnsupportedOperation', 'This operation is not modelled here.'),
      unauthenticated: () => new ServiceError(403, 'SignatureDoesNotMatch', 'The signature is missing or invalid.'),
      denied: (message) => new ServiceError(403, 'AccessDenied', message),
      notFound: () => new ServiceError(404, 'NoSuchDistribution', 'The specified distribution does not exist.'),
      throttled: () => new ServiceError(400, 'Throttling', 'Rate exceeded'),
      failed: (status) => new ServiceError(status, 'InternalError', 'An internal error occurred.'),
      errorReply: ({ status, code, message }, _request, headers) => {
        const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
        return reply(status, { ErrorResponse: { Error: error, RequestId: headers['x-amzn-requestid'] } });
      },
      refusal: (operation, { code, message }) => `cloudfront: ${operation} refused: ${code}: ${message}`,
    },
    options,
  );
}
