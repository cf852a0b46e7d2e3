import { z } from 'zod';
import type { Parameter } from './deployment/deployment';
import { type JsonApiOptions, type JsonOperation, startJsonApi } from './http/json-api';
import type { HttpServer } from './http/server';
import { ServiceError } from './http/service-error';
import type { KeptMap } from './kept-map';
import { type KeptParameter, type ParameterValue, putParameter, readParameter } from './ssm-secrets';

export interface SsmOptions extends JsonApiOptions {
  parameters: readonly Parameter[];
  /** Those that people put beside them, such as keys. */
  kept: KeptMap<KeptParameter>;
  /** What a parameter's value becomes on this machine. */
  translate(value: string): string;
}

const nameSchema = z.object({ Name: z.string(), WithDecryption: z.boolean().optional() });
const putSchema = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: z.enum(['String', 'SecureString']).optional(),
  Overwrite: z.boolean().optional(),
});
const pathSchema = z.object({
  Path: z.string(),
  Recursive: z.boolean().optional(),
  WithDecryption: z.boolean().optional(),
});

/** A parameter, or a path and the parameters below it; or one that is being put. */
interface Found {
  arn: string;
  parameters: (Pick<Parameter, 'name' | 'arn' | 'value'> & Partial<ParameterValue>)[];
  put?(): number;
}

const describe = ({ name, arn, value, type = 'String', version = 1 }: Found['parameters'][number]) => ({
  Name: name,
  ARN: arn,
  Type: type,
  Value: value,
  Version: version,
});

/** The operations that are modelled. Systems Manager API Reference: GetParameter, GetParametersByPath, PutParameter. */
export const OPERATIONS: Readonly<Record<string, JsonOperation<Found>>> = {
  GetParameter: {
    permission: 'ssm:GetParameter',
    run: ({ resource: { parameters } }) => ({ Parameter: describe(parameters[0]!) }),
  },
  GetParametersByPath: {
    permission: 'ssm:GetParametersByPath',
    run: ({ resource: { parameters } }) => ({ Parameters: parameters.map(describe) }),
  },
  PutParameter: {
    permission: 'ssm:PutParameter',
    run: ({ resource }) => ({ Version: resource.put!(), Tier: 'Standard' }),
  },
};

/** Serves the part of Systems Manager that functions use, on 127.0.0.1. */
export function startSsm({ parameters, kept, translate, ...options }: SsmOptions): Promise<HttpServer> {
  return startJsonApi(
    {
      name: 'ssm',
      targetPrefix: 'AmazonSSM.',
      contentType: 'application/x-amz-json-1.1',
      operations: OPERATIONS,
      find: (input) => {
        const put = putSchema.safeParse(input).data;
        if (put) return newOne(put, parameters, kept, options.account);
        const all = (isDecrypted = false): Found['parameters'] => [
          ...parameters.map(({ name, arn, value }) => ({ name, arn, value: translate(value) })),
          ...[...kept.values()].map((each) => ({
            name: each.name,
            arn: arnOf(each.name, options.account),
            ...readParameter(each, isDecrypted),
          })),
        ];
        const below = pathSchema.safeParse(input).data;
        if (below) return foundBelow(below, all(below.WithDecryption), options.account);
        const { data, error } = nameSchema.safeParse(input);
        if (error) throw new ServiceError(400, 'ValidationException', 'Name has to be text.');
        const found = all(data.WithDecryption).find(({ name, arn }) => name === data.Name || arn === data.Name);
        if (!found) throw new ServiceError(400, 'ParameterNotFound', `There is no parameter ${data.Name}.`);
        return { arn: found.arn, parameters: [found] };
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

const arnOf = (name: string, account: string): string =>
  `arn:aws:ssm:us-east-1:${account}:parameter/${name.replace(/^\//, '')}`;

function newOne(
  { Name: name, Value: value, Type: type, Overwrite: overwrite = false }: z.infer<typeof putSchema>,
  parameters: readonly Parameter[],
  kept: KeptMap<KeptParameter>,
  account: string,
): Found {
  if (parameters.some((each) => each.name === name)) {
    throw new ServiceError(400, 'UnsupportedOperation', `${name} is a parameter of the template.`);
  }
  const put = () => putParameter(kept, { name, value, type, overwrite });
  return { arn: arnOf(name, account), parameters: [], put };
}

/** One page has them all: a stack has few. Without `Recursive`, those directly below the path. */
function foundBelow(
  { Path, Recursive = false }: z.infer<typeof pathSchema>,
  all: Found['parameters'],
  account: string,
): Found {
  const path = Path.replace(/\/?$/, '/');
  const parameters = all.filter(
    ({ name }) => name.startsWith(path) && (Recursive || !name.slice(path.length).includes('/')),
  );
  return { arn: `arn:aws:ssm:us-east-1:${account}:parameter${Path}`, parameters };
}
