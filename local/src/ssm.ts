import { z } from 'zod';
import type { Parameter } from './deployment/deployment';
import { type JsonApiOptions, type JsonOperation, startJsonApi } from './http/json-api';
import type { HttpServer } from './http/server';
import { ServiceError } from './http/service-error';

export interface SsmOptions extends JsonApiOptions {
  parameters: readonly Parameter[];
  /** What a parameter's value becomes on this machine. */
  translate(value: string): string;
}

const inputSchema = z.object({ Name: z.string() });

/** The operations that are modelled. Systems Manager API Reference: GetParameter. */
export const OPERATIONS: Readonly<Record<string, JsonOperation<Parameter>>> = {
  GetParameter: {
    permission: 'ssm:GetParameter',
    run: ({ resource: { name, arn, value } }) => ({
      Parameter: { Name: name, ARN: arn, Type: 'String', Value: value, Version: 1 },
    }),
  },
};

/** Serves the part of Systems Manager that functions use, on 127.0.0.1. */
export function startSsm({ parameters, translate, ...options }: SsmOptions): Promise<HttpServer> {
  return startJsonApi(
    {
      name: 'ssm',
      targetPrefix: 'AmazonSSM.',
      contentType: 'application/x-amz-json-1.1',
      operations: OPERATIONS,
      find: (input) => {
        const { data, error } = inputSchema.safeParse(input);
        if (error) throw new ServiceError(400, 'ValidationException', 'Name has to be text.');
        const found = parameters.find(({ name, arn }) => name === data.Name || arn === data.Name);
        if (!found) throw new ServiceError(400, 'ParameterNotFound', `There is no parameter ${data.Name}.`);
        return { ...found, value: translate(found.value) };
      },
      unauthenticated: () =>
        new ServiceError(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      denied: (message) => new ServiceError(400, 'AccessDeniedException', message),
      throttled: () => new ServiceError(400, 'ThrottlingException', 'Rate exceeded'),
      failed: (status) => new ServiceError(status, 'InternalServerError', 'An error occurred on the server side.'),
      describe: ({ code }) => ({ type: code }),
      refusal: (_operation, { code, message }) => `ssm: ${code}: ${message}`,
    },
    options,
  );
}
