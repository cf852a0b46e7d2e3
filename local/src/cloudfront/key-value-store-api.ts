import { z } from 'zod';
import type { Reply } from '../http/reply';
import { type RestApiOptions, type RestCall, type RestOperation, startRestApi } from '../http/rest-api';
import type { HttpServer } from '../http/server';
import { ServiceError } from '../http/service-error';
import type { KeyValueStore, StoreUpdate } from './key-value-store';

export interface KeyValueStoreApiOptions extends RestApiOptions {
  stores: readonly KeyValueStore[];
}

type Call = RestCall<KeyValueStore>;

const STORE = '/key-value-stores/([^/?]+)';

const reply = (document: object, { etag }: KeyValueStore): Reply => ({
  status: 200,
  headers: { etag },
  body: JSON.stringify(document),
});

const totals = (store: KeyValueStore) => ({ ItemCount: store.list().length, TotalSizeInBytes: store.bytes() });

function applyUpdate({ resource: store, request }: Call, update: StoreUpdate): Reply {
  store.update(update, request.headers['if-match']);
  return reply(totals(store), store);
}

const keyOf = ({ id }: Call): string => decodeURIComponent(id);

const putSchema = z.object({ Value: z.string() });
const updateSchema = z.object({
  Puts: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
  Deletes: z.array(z.object({ Key: z.string() })).optional(),
});

function parse<T extends z.ZodType>(schema: T, body: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new ServiceError(400, 'ValidationException', 'The body is malformed.');
  }
}

/** The operations that are modelled. Amazon CloudFront KeyValueStore API Reference. */
export const OPERATIONS: readonly RestOperation<KeyValueStore>[] = [
  {
    name: 'DescribeKeyValueStore',
    method: 'GET',
    path: new RegExp(`^${STORE}$`),
    run: ({ resource: store }) =>
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
    run: ({ resource: store }) =>
      reply({ Items: store.list().map(({ key, value }) => ({ Key: key, Value: value })) }, store),
  },
  {
    name: 'UpdateKeys',
    method: 'POST',
    path: new RegExp(`^${STORE}/keys$`),
    run: (call) => {
      const { Puts = [], Deletes = [] } = parse(updateSchema, call.body);
      const puts = Puts.map(({ Key, Value }) => ({ key: Key, value: Value }));
      return applyUpdate(call, { puts, deletes: Deletes.map(({ Key }) => Key) });
    },
  },
  {
    name: 'GetKey',
    method: 'GET',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: (call) => {
      const { resource: store } = call;
      const key = keyOf(call);
      const value = store.get(key);
      if (value === undefined) throw new ServiceError(404, 'ResourceNotFoundException', `There is no key ${key}.`);
      return reply({ ...totals(store), Key: key, Value: value }, store);
    },
  },
  {
    name: 'PutKey',
    method: 'PUT',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: (call) =>
      applyUpdate(call, { puts: [{ key: keyOf(call), value: parse(putSchema, call.body).Value }], deletes: [] }),
  },
  {
    name: 'DeleteKey',
    method: 'DELETE',
    path: new RegExp(`^${STORE}/keys/([^/?]+)$`),
    run: (call) => applyUpdate(call, { puts: [], deletes: [keyOf(call)] }),
  },
];

/** Serves the API of a deployment's KeyValueStores on 127.0.0.1. */
export function startKeyValueStoreApi({ stores, ...options }: KeyValueStoreApiOptions): Promise<HttpServer> {
  return startRestApi(
    {
      name: 'cloudfront-keyvaluestore',
      signature: 'sigv4a',
      contentType: 'application/json',
      operations: OPERATIONS,
      find: (id) => {
        const arn = decodeURIComponent(id);
        return { arn, resource: stores.find((each) => each.arn === arn) };
      },
      notModelled: () => new ServiceError(400, 'ValidationException', 'This operation is not modelled here.'),
      unauthenticated: () => new ServiceError(403, 'AccessDeniedException', 'The signature is missing or invalid.'),
      denied: (message) => new ServiceError(403, 'AccessDeniedException', message),
      notFound: () => new ServiceError(404, 'ResourceNotFoundException', 'There is no such KeyValueStore.'),
      throttled: () => new ServiceError(429, 'ThrottlingException', 'Rate exceeded'),
      failed: (status) => new ServiceError(status, 'InternalServerException', 'An internal error occurred.'),
      errorReply: ({ status, code, message }) => ({
        status,
        headers: { 'x-amzn-errortype': code },
        body: JSON.stringify({ Message: message }),
      }),
      // A message might show a value, which is a secret.
      refusal: (operation, { code }) => `cloudfront-keyvaluestore: ${operation} refused: ${code}`,
    },
    options,
  );
}
