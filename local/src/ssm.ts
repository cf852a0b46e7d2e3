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

const nameSchema = z.object({ Name: z.string() });
const pathSchema = z.object({ Path: z.string(), Recursive: z.boolean().optional() });

/** A parameter, or a path and the parameters below it. */
interface Found {
  arn: string;
  parameters: Pick<Parameter, 'name' | 'arn' | 'value'>[];
}

const describe = ({ name, arn, value }: Found['parameters'][number]) => ({
  Name: name,
  ARN: arn,
  Type: 'String',
  Value: value,
  Version: 1,
});

/** The operations that are modelled. Systems Manager API Reference: GetParameter, GetParametersByPath. */
export const OPERATIONS: Readonly<Record<string, JsonOperation<Found>>> = {
  GetParameter: {
    permission: 'ssm:GetParameter',
    run: ({ resource: { parameters } }) => ({ Parameter: describe(parameters[0]!) }),
  },
  GetParametersByPath: {
    permission: 'ssm:GetParametersByPath',
    run: ({ resource: { parameters } }) => ({ Parameters: parameters.map(describe) }),
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
        const below = pathSchema.safeParse(input).data;
        if (below) return foundBelow(below, parameters, options.account, translate);
        const { data, error } = nameSchema.safeParse(input);
        if (error) throw new ServiceError(400, 'ValidationException', 'Name has to be text.');
        const found = parameters.find(({ name, arn }) => name === data.Name || arn === data.Name);
        if (!found) throw new ServiceError(400, 'ParameterNotFound', `There is no parameter ${data.Name}.`);
        return { arn: found.arn, parameters: [{ ...found, value: translate(found.value) }] };
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

/** One page has them all: a stack has few. Without `Recursive`, those directly below the path. */
function foundBelow(
  { Path, Recursive = false }: z.infer<typeof pathSchema>,
  all: readonly Parameter[],
  account: string,
  translate: SsmOptions['translate'],
): Found {
  const path = Path.replace(/\/?$/, '/');
  const parameters = all
    .filter(({ name }) => name.startsWith(path) && (Recursive || !name.slice(path.length).includes('/')))
    .map(({ name, arn, value }) => ({ name, arn, value: translate(value) }));
  return { arn: `arn:aws:ssm:us-east-1:${account}:parameter${Path}`, parameters };
}
