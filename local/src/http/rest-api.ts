import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Identities } from '../iam/identities';
import type { SignatureVersion } from '../iam/signature';
import type { Reply } from './reply';
import type { HttpServer } from './server';
import { type ApiRequest, type Service, type ServiceOptions, denialOf, principalOf, startService } from './service';
import type { ServiceError } from './service-error';

/** An authorised request for one operation. */
export interface RestCall<Resource> {
  resource: Resource;
  /** The part of the resource that the path names, still encoded; empty for none. */
  id: string;
  body: string;
  request: ApiRequest;
}

export interface RestOperation<Resource> {
  name: string;
  method: string;
  /** Matches path and query; its groups are the ids of the resource and of a part of it. */
  path: RegExp;
  run(call: RestCall<Resource>): Reply;
}

/** A service of AWS's REST protocols, whose paths name a resource. */
export interface RestApi<Resource> extends Pick<Service, 'name' | 'throttled' | 'failed' | 'errorReply'> {
  contentType: string;
  operations: readonly RestOperation<Resource>[];
  signature?: SignatureVersion;
  /** The ARN is needed for a missing resource, too: AWS authorises a request before it looks. */
  find(id: string): { arn: string; resource: Resource | undefined };
  notModelled(): ServiceError;
  unauthenticated(): ServiceError;
  denied(message: string): ServiceError;
  notFound(): ServiceError;
  /** The log line for a refused request. */
  refusal(operation: string, error: ServiceError): string;
}

export interface RestApiOptions extends ServiceOptions {
  identities: Identities;
}

/** Serves a REST API on 127.0.0.1. */
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
  const [, resourceId = '', id = ''] = operation.path.exec(request.target)!;
  const body = await text(request.message);
  const principal = await principalOf(api.name, request, body, identities, clock, api.signature);
  if (!principal) throw api.unauthenticated();
  const { arn, resource } = api.find(resourceId);
  const denial = denialOf({ principal, action: `${api.name}:${operation.name}`, resource: arn });
  if (denial) throw api.denied(denial);
  if (!resource) throw api.notFound();
  return operation.run({ resource, id, body, request });
}
