import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Identities } from '../iam/identities';
import type { SignatureVersion } from '../iam/signature';
import type { Reply } from './reply';
import type { HttpServer } from './server';
import { type ApiRequest, type Service, type ServiceOptions, denialOf, principalOf, startService } from './service';
import type { ServiceError } from './service-error';

/** A request for one operation. */
export interface RestCall<Resource> {
  /** What the path names first. */
  resource: Resource;
  /** What it names second, as it was sent; empty where it names nothing else. */
  id: string;
  body: string;
  request: ApiRequest;
}

/** One operation of a service whose paths name what a request is about. */
export interface RestOperation<Resource> {
  name: string;
  method: string;
  /** Matches path and query; its groups are what they name. */
  path: RegExp;
  run(call: RestCall<Resource>): Reply;
}

/** What tells the services apart whose paths name what a request is about. */
export interface RestApi<Resource> extends Pick<Service, 'name' | 'throttled' | 'failed' | 'errorReply'> {
  contentType: string;
  operations: readonly RestOperation<Resource>[];
  signature?: SignatureVersion;
  /** What a path names first, with the ARN that it has or would have. */
  find(id: string): { arn: string; resource: Resource | undefined };
  notModelled(): ServiceError;
  unauthenticated(): ServiceError;
  denied(message: string): ServiceError;
  notFound(): ServiceError;
  /** The line of the log for a refused request. */
  refusal(operation: string, error: ServiceError): string;
}

export interface RestApiOptions extends ServiceOptions {
  identities: Identities;
}

/** Serves a service whose paths name what a request is about on 127.0.0.1. */
export function startRestApi<Resource>(api: RestApi<Resource>, options: RestApiOptions): Promise<HttpServer> {
  const { name, throttled, failed, errorReply } = api;
  const service: Service = {
    name,
    throttled,
    failed,
    errorReply,
    route: (request) => {
      const operation = api.operations.find(
        ({ method, path }) => method === request.method && path.test(request.target),
      );
      if (!operation) throw api.notModelled();
      return { operation: operation.name, run: () => run(api, operation, request, options) };
    },
    headers: () => ({ 'content-type': api.contentType, 'x-amzn-requestid': randomUUID() }),
    onReply: (_status, call, error) => {
      if (error) options.log(api.refusal(call?.operation ?? 'unknown', error));
    },
  };
  return startService(service, options);
}

async function run<Resource>(
  api: RestApi<Resource>,
  operation: RestOperation<Resource>,
  request: ApiRequest,
  { identities, clock }: RestApiOptions,
): Promise<Reply> {
  const [, first = '', id = ''] = operation.path.exec(request.target)!;
  const body = await text(request.message);
  const principal = await principalOf(api.name, request, body, identities, clock, api.signature);
  if (!principal) throw api.unauthenticated();
  const { arn, resource } = api.find(first);
  // AWS authorises a request before it looks whether there is what it names.
  const denial = denialOf({ principal, action: `${api.name}:${operation.name}`, resource: arn });
  if (denial) throw api.denied(denial);
  if (!resource) throw api.notFound();
  return operation.run({ resource, id, body, request });
}
