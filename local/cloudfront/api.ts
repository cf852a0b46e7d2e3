import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import { principalOf } from '../iam/authenticate';
import { describePrincipal, evaluate } from '../iam/evaluate';
import type { Identities } from '../s3/identities';
import { ApiError, type Invalidation, Invalidations } from './invalidations';

export interface CloudFrontApiOptions {
  distribution: { id: string; arn: string };
  invalidate(item: string): void;
  identities: Identities;
  clock: Clock;
  faults: Faults;
  log(line: string): void;
}

/** The part of CloudFront's API that the SDK is used for here. */
export interface CloudFrontApi {
  url: string;
  close(): Promise<void>;
}

const VERSION = '2020-05-31';
const ROUTE = new RegExp(`^/${VERSION}/distribution/([^/]+)/invalidation(?:/([^/]+))?$`);

const parser = new XMLParser({ isArray: (name) => name === 'Path', parseTagValue: false });
const builder = new XMLBuilder({ ignoreAttributes: false });

const toXml = (root: object): string => `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(root)}`;

const describe = ({ id, items, callerReference, created, status }: Invalidation) => ({
  Id: id,
  Status: status,
  CreateTime: new Date(created).toISOString(),
  InvalidationBatch: { Paths: { Quantity: items.length, Items: { Path: items } }, CallerReference: callerReference },
});

interface Batch {
  InvalidationBatch?: { Paths?: { Items?: { Path?: string[] } }; CallerReference?: string };
}

/** What an operation answers with. */
interface Reply {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

function act(invalidations: Invalidations, method: string, path: string, id: string | undefined, body: string): Reply {
  if (method === 'POST' && !id) {
    const batch = (parser.parse(body) as Batch).InvalidationBatch;
    const created = invalidations.create(batch?.Paths?.Items?.Path ?? [], batch?.CallerReference ?? '');
    return { status: 201, headers: { location: `${path}/${created.id}` }, body: { Invalidation: describe(created) } };
  }
  if (method === 'GET' && id) return { status: 200, body: { Invalidation: describe(invalidations.get(id)) } };
  if (method === 'GET') {
    const items = invalidations.list().map(({ id: Id, created, status: Status }) => ({
      Id,
      CreateTime: new Date(created).toISOString(),
      Status,
    }));
    const list = { Marker: '', MaxItems: 100, IsTruncated: false, Quantity: items.length };
    return { status: 200, body: { InvalidationList: { ...list, Items: { InvalidationSummary: items } } } };
  }
  throw new ApiError(405, 'UnsupportedOperation', 'This operation is not modelled here.');
}

/** Its operations, by method. */
export const ACTIONS: Record<string, string> = {
  POST: 'CreateInvalidation',
  'GET one': 'GetInvalidation',
  GET: 'ListInvalidations',
};

/** Serves CloudFront's API for one distribution on 127.0.0.1, for whom the policies let. */
export async function startCloudFrontApi(options: CloudFrontApiOptions): Promise<CloudFrontApi> {
  const { distribution, identities, clock, faults, log } = options;
  const invalidations = new Invalidations(clock, options.invalidate);

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const [path = '', search] = request.url!.split('?');
    const route = ROUTE.exec(path);
    const method = request.method!;
    const name = ACTIONS[method === 'GET' && route?.[2] ? 'GET one' : method];
    if (!route || !name || search)
      throw new ApiError(405, 'UnsupportedOperation', 'This operation is not modelled here.');
    const action = `cloudfront:${name}`;
    const body = await text(request);
    const hit = faults.match(action);
    if (hit?.latencyMs) await new Promise<void>((resolve) => clock.after(hit.latencyMs, resolve));
    if (hit?.outcome?.kind === 'throttle') throw new ApiError(400, 'Throttling', 'Rate exceeded');
    if (hit?.outcome?.kind === 'status') throw new ApiError(hit.outcome.status, 'InternalError', 'A fault on demand.');
    if (hit?.outcome) request.socket.destroy();
    const principal = await principalOf(
      { method, path, headers: request.headers as Record<string, string>, body },
      identities,
    );
    if (!principal) throw new ApiError(403, 'SignatureDoesNotMatch', 'The request is not signed by anyone known here.');
    const decision = evaluate({ principal, action, resource: distribution.arn }, []);
    if (!decision.allowed) {
      const message = `${describePrincipal(principal)} is not authorized to perform ${action} on ${distribution.arn} ${decision.reason}`;
      log(`cloudfront: ${message}`);
      throw new ApiError(403, 'AccessDenied', message);
    }
    if (route[1] !== distribution.id)
      throw new ApiError(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
    return act(invalidations, method, path, route[2], body);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { status, body, headers = {} } = await answer(request);
      response.writeHead(status, { 'content-type': 'text/xml', ...headers }).end(toXml(body));
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError(500, 'InternalError', String(error));
      const type = known.status < 500 ? 'Sender' : 'Receiver';
      const body = {
        ErrorResponse: { Error: { Type: type, Code: known.code, Message: known.message }, RequestId: 'local' },
      };
      response.writeHead(known.status, { 'content-type': 'text/xml' }).end(toXml(body));
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
