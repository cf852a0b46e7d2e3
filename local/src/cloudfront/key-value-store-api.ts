import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
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
import type { KeyValueStore, StoreUpdate } from './key-value-store';

export interface KeyValueStoreApiOptions extends ServiceOptions {
  stores: readonly KeyValueStore[];
  identities: Identities;
}

interface Call {
  store: KeyValueStore;
  /** Of the path; empty where it names none. */
  key: string;
  body: string;
  ifMatch: string | undefined;
}

interface Operation {
  name: string;
  method: string;
  /** Of the ARN of the store, and of a key if the path has one. */
  path: RegExp;
  run(call: Call): Reply;
}

const STORE = '/key-value-stores/([^/?]+)';

const reply = (document: object, { etag }: KeyValueStore): Reply => ({
  status: 200,
  headers: { etag },
  body: JSON.stringify(document),
});

const totals = (store: KeyValueStore) => ({ ItemCount: store.list().length, TotalSizeInBytes: store.bytes() });

/** @returns the answer to a change, which says what the store has now */
function change({ store, ifMatch }: Call, update: StoreUpdate): Reply {
  store.update(update, ifMatch);
  return reply(totals(store), store);
}

const putSchema = z.object({ Value: z.string() });
const updateSchema = z.object({
  Puts: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
  Deletes: z.array(z.object({ Key: z.string() })).optional(),
});

function parse<T extends z.ZodType>(schema: T, body: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new ServiceError(400, 'ValidationException', 'The body is not as the operation takes it.');
  }
}

/** The operations that are modelled. Amazon CloudFront KeyValueStore API Reference. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'DescribeKeyValueStore',
    method: 'GET',
    path: new RegExp(`^${STORE}$`),
    run: ({ store }) =>
      reply(
        {
          ...totals(store),
          KvsARN: store.arn,
          Created: store.created / 1000,
          LastModified: store.modified / 1000,
          Status: 'READY',
        },
        store,
      ),
  },
  {
    name: 'ListKeys',
    method: 'GET',
    path: new RegExp(`^${STORE}/keys(?:\\?.*)?$`),
    run: ({ store }) => reply({ Items: store.list().map(({ key, value }) => ({ Key: key, Value: value })) }, store),
  },
  {
    name: 'UpdateKeys',
    method: 'POST',
    path: new RegExp(`^${STORE}/keys$`),
    run: (call) => {
      const { Puts = [], Deletes = [] } = parse(updateSchema, call.body);
      const puts = Puts.map(({ Key, Value }) => ({ key: Key, value: Value }));
      return change(call, { puts, deletes: Deletes.map(({ Key }) => Key) });
    },
  },
  {
    name: 'GetKey',
    method: 'GET',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: ({ store, key }) => {
      const value = store.get(key);
      if (value === undefined) throw new ServiceError(404, 'ResourceNotFoundException', `There is no key ${key}.`);
      return reply({ ...totals(store), Key: key, Value: value }, store);
    },
  },
  {
    name: 'PutKey',
    method: 'PUT',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: (call) => change(call, { puts: [{ key: call.key, value: parse(putSchema, call.body).Value }], deletes: [] }),
  },
  {
    name: 'DeleteKey',
    method: 'DELETE',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: (call) => change(call, { puts: [], deletes: [call.key] }),
  },
];

/** Serves the API of the KeyValueStores of a deployment on 127.0.0.1. */
export function startKeyValueStoreApi(options: KeyValueStoreApiOptions): Promise<HttpServer> {
  const service: Service = {
    name: 'cloudfront-keyvaluestore',
    route: (request) => {
      const operation = OPERATIONS.find(({ method, path }) => method === request.method && path.test(request.target));
      if (!operation) throw new ServiceError(400, 'ValidationException', 'This operation is not modelled here.');
      return { operation: operation.name, run: () => run(operation, request, options) };
    },
    headers: () => ({ 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() }),
    throttled: () => new ServiceError(429, 'ThrottlingException', 'Rate exceeded'),
    failed: (status) => new ServiceError(status, 'InternalServerException', 'An internal error occurred.'),
    errorReply: ({ status, code, message }) => ({
      status,
      headers: { 'x-amzn-errortype': code },
      body: JSON.stringify({ Message: message }),
    }),
    onReply: (_status, call, error) => {
      // Values are secrets, and so may be what is wrong with them.
      if (error) options.log(`cloudfront-keyvaluestore: ${call?.operation ?? 'unknown'} refused: ${error.code}`);
    },
  };
  return startService(service, options);
}

async function run(
  { name, path, run: runOperation }: Operation,
  request: ApiRequest,
  { stores, identities, clock }: KeyValueStoreApiOptions,
): Promise<Reply> {
  const [, arn = '', key = ''] = path.exec(request.target)!.map(decodeURIComponent);
  const body = await text(request.message);
  const principal = await principalOf('cloudfront-keyvaluestore', request, body, identities, clock, 'sigv4a');
  if (!principal)
    throw new ServiceError(403, 'AccessDeniedException', 'The request is not signed by anyone known here.');
  const denial = denialOf({ principal, action: `cloudfront-keyvaluestore:${name}`, resource: arn });
  if (denial) throw new ServiceError(403, 'AccessDeniedException', denial);
  const store = stores.find((each) => each.arn === arn);
  if (!store) throw new ServiceError(404, 'ResourceNotFoundException', 'There is no such KeyValueStore.');
  return runOperation({ store, key, body, ifMatch: request.headers['if-match'] });
}
