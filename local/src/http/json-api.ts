import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Principal } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import type { Statement } from '../iam/policy';
import type { HttpServer } from './server';
import { type ApiRequest, type Service, type ServiceOptions, denialOf, principalOf, startService } from './service';
import { ServiceError } from './service-error';

/** What an operation is done to. */
export interface Resource {
  arn: string;
  /** Its own policy, if it has one. */
  policy?: readonly Statement[];
}

/** One operation of a service that speaks AWS's JSON protocol. */
export interface JsonOperation<R extends Resource> {
  /** Such as `sqs:SendMessage`. */
  permission: string;
  run(call: { resource: R; input: unknown; principal: Principal }): object;
}

/** What tells the services that speak AWS's JSON protocol apart. */
export interface JsonApi<R extends Resource> extends Pick<Service, 'name' | 'throttled' | 'failed'> {
  /** Stands before the operation's name in the header `x-amz-target`. */
  targetPrefix: string;
  contentType: string;
  operations: Readonly<Record<string, JsonOperation<R>>>;
  /** @param region that the request is signed for @throws ServiceError if there is no such resource */
  find(input: unknown, region: string): R;
  unauthenticated(): ServiceError;
  denied(message: string): ServiceError;
  /** The body's `__type`, and more headers. */
  describe(error: ServiceError): { type: string; headers?: Record<string, string> };
  /** The line of the log for a refused request; undefined for none. */
  refusal(operation: string, error: ServiceError): string | undefined;
}

export interface JsonApiOptions extends ServiceOptions {
  /** Who may sign. Without it, every request is the account's own. */
  identities: Identities | undefined;
  account: string;
}

/** Serves a service that speaks AWS's JSON protocol on 127.0.0.1. Smithy: aws-json-1_0-protocol. */
export function startJsonApi<R extends Resource>(api: JsonApi<R>, options: JsonApiOptions): Promise<HttpServer> {
  const { name, throttled, failed } = api;
  const service: Service = {
    name,
    throttled,
    failed,
    route: (request) => {
      const operation = (request.headers['x-amz-target'] ?? '').replace(api.targetPrefix, '');
      const run = async () => ({ status: 200, body: JSON.stringify(await answer(api, options, operation, request)) });
      return { operation, run };
    },
    headers: () => ({ 'content-type': api.contentType, 'x-amzn-requestid': randomUUID() }),
    errorReply: (error) => {
      const { type, headers = {} } = api.describe(error);
      return { status: error.status, headers, body: JSON.stringify({ __type: type, message: error.message }) };
    },
    onReply: (_status, call, error) => {
      const line = error && api.refusal(call?.operation ?? '', error);
      if (line !== undefined) options.log(line);
    },
  };
  return startService(service, options);
}

async function answer<R extends Resource>(
  api: JsonApi<R>,
  { identities, account, clock }: JsonApiOptions,
  name: string,
  request: ApiRequest,
): Promise<object> {
  const body = await text(request.message);
  const principal: Principal | undefined = identities
    ? await principalOf(api.name, request, body, identities, clock)
    : { kind: 'administrator', account };
  if (!principal) throw api.unauthenticated();
  const operation = Object.hasOwn(api.operations, name) ? api.operations[name] : undefined;
  if (!operation) {
    throw new ServiceError(400, 'UnsupportedOperation', `${name || 'A request without x-amz-target'} is not modelled.`);
  }
  const input = parseJson(body);
  const resource = api.find(input, regionOf(request));
  const denial = denialOf({ principal, action: operation.permission, resource: resource.arn }, resource.policy);
  if (denial) throw api.denied(denial);
  return operation.run({ resource, input, principal });
}

/** The region in the scope of the signature; each region of AWS has an endpoint of its own, here all have this one. */
const regionOf = ({ headers }: ApiRequest): string =>
  /Credential=[^/,]+\/\d+\/([^/,]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'us-east-1';

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new ServiceError(400, 'SerializationException', 'The body is no JSON.');
  }
}
