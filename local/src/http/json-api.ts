import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import type { Principal } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import type { Statement } from '../iam/policy';
import type { HttpServer } from './server';
import { type ApiRequest, type Service, type ServiceOptions, denialOf, principalOf, startService } from './service';
import { ServiceError } from './service-error';

/** The resource that an operation is authorised for. */
export interface Resource {
  arn: string;
  /** The resource's own policy, if it has one. */
  policy?: readonly Statement[];
}

export interface JsonOperation<R extends Resource> {
  /** The IAM action, such as `sqs:SendMessage`. */
  permission: string;
  run(call: { resource: R; input: unknown; principal: Principal }): object;
}

/** A service that speaks AWS's JSON protocol. */
export interface JsonApi<R extends Resource> extends Pick<Service, 'name' | 'throttled' | 'failed'> {
  /** Precedes the operation's name in the header `x-amz-target`. */
  targetPrefix: string;
  contentType: string;
  operations: Readonly<Record<string, JsonOperation<R>>>;
  /** @param call the region is the one in the signature. @throws ServiceError if there is no such resource */
  find(input: unknown, call: { operation: string; region: string }): R;
  unauthenticated(): ServiceError;
  denied(message: string): ServiceError;
  /** The `__type` of the error document, and further headers. */
  describe(error: ServiceError): { type: string; headers?: Record<string, string> };
  /** The log line for a refused request; undefined for none. */
  refusal(operation: string, error: ServiceError): string | undefined;
}

export interface JsonApiOptions extends ServiceOptions {
  /** Who may sign. Without it, every request has all permissions of the account. */
  identities: Identities | undefined;
  account: string;
}

/** Errors that Systems Manager and CloudWatch Logs share. */
export const COMMON_ERRORS = {
  unauthenticated: () =>
    new ServiceError(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
  denied: (message: string) => new ServiceError(400, 'AccessDeniedException', message),
  throttled: () => new ServiceError(400, 'ThrottlingException', 'Rate exceeded'),
};

/** Serves a JSON API on 127.0.0.1. Smithy: aws-json-1_0-protocol. */
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
  const resource = api.find(input, { operation: name, region: regionOf(request) });
  const denial = denialOf({ principal, action: operation.permission, resource: resource.arn }, resource.policy);
  if (denial) throw api.denied(denial);
  return operation.run({ resource, input, principal });
}

/** The region in the signature's scope: on AWS each region has its own endpoint, here one serves them all. */
const regionOf = ({ headers }: ApiRequest): string =>
  /Credential=[^/,]+\/\d+\/([^/,]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'us-east-1';

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new ServiceError(400, 'SerializationException', 'The body is not JSON.');
  }
}

/**
 * Validates an operation's input. A strict schema refuses what is not modelled, so that nothing is ignored silently.
 * @param invalid makes the service's error from the first problem
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, invalid: (message: string) => ServiceError): T {
  const { data, error } = schema.safeParse(input);
  if (!error) return data;
  const [issue] = error.issues;
  throw invalid(`${issue!.path.join('.') || 'The input'}: ${issue!.message}`);
}
