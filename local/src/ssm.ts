import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Parameter } from './deployment/deployment';
import { COMMON_ERRORS, type JsonApiOptions, type JsonOperation, parseInput, startJsonApi } from './http/json-api';
import type { HttpServer } from './http/server';
import { ServiceError } from './http/service-error';
import type { PersistentMap } from './persistent-map';

/** A parameter that was put through the API rather than created by a template. */
export interface StoredParameter {
  name: string;
  type: 'String' | 'SecureString';
  value: string;
  version: number;
}

export interface SsmOptions extends JsonApiOptions {
  /** Those of the template, which the API cannot change. */
  parameters: readonly Parameter[];
  stored: PersistentMap<StoredParameter>;
  /** Replaces a distribution's URL in a template's value by the local one. */
  translate(value: string): string;
}

/** A standard parameter's limit. Systems Manager User Guide: parameter-store-advanced-parameters */
const VALUE_BYTES = 4_096;

const getSchema = z.object({ Name: z.string(), WithDecryption: z.boolean().optional() });
const getByPathSchema = z.object({
  Path: z.string(),
  Recursive: z.boolean().optional(),
  WithDecryption: z.boolean().optional(),
});
const putSchema = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: z.enum(['String', 'SecureString']).optional(),
  Overwrite: z.boolean().optional(),
});

interface SsmResource {
  arn: string;
  /** The named parameter, or those below the path, as an answer describes them. */
  parameters: object[];
  stored: PersistentMap<StoredParameter>;
}

/** The operations that are modelled. Systems Manager API Reference: GetParameter, GetParametersByPath, PutParameter. */
export const OPERATIONS: Readonly<Record<string, JsonOperation<SsmResource>>> = {
  GetParameter: {
    permission: 'ssm:GetParameter',
    run: ({ resource }) => ({ Parameter: resource.parameters[0] }),
  },
  GetParametersByPath: {
    permission: 'ssm:GetParametersByPath',
    run: ({ resource }) => ({ Parameters: resource.parameters }),
  },
  PutParameter: {
    permission: 'ssm:PutParameter',
    run: ({ resource, input }) => ({ Version: putParameter(resource.stored, input), Tier: 'Standard' }),
  },
};

/** Serves the part of Systems Manager that functions and scripts use, on 127.0.0.1. */
export function startSsm(options: SsmOptions): Promise<HttpServer> {
  return startJsonApi(
    {
      ...COMMON_ERRORS,
      name: 'ssm',
      targetPrefix: 'AmazonSSM.',
      contentType: 'application/x-amz-json-1.1',
      operations: OPERATIONS,
      find: (input, { operation }) => ({ stored: options.stored, ...findParameters(operation, input, options) }),
      failed: (status) => new ServiceError(status, 'InternalServerError', 'An error occurred on the server side.'),
      describe: ({ code }) => ({ type: code }),
      refusal: (_operation, { code, message }) => `ssm: ${code}: ${message}`,
    },
    options,
  );
}

function findParameters(operation: string, input: unknown, options: SsmOptions): Omit<SsmResource, 'stored'> {
  const { parameters, account } = options;
  if (operation === 'PutParameter') {
    const { Name } = parse(putSchema, input);
    if (parameters.some(({ name }) => name === Name)) {
      throw new ServiceError(400, 'UnsupportedOperation', `${Name} is a parameter of the template.`);
    }
    return { arn: arnOf(Name, account), parameters: [] };
  }
  if (operation === 'GetParametersByPath') {
    const { Path, Recursive = false, WithDecryption } = parse(getByPathSchema, input);
    const path = Path.replace(/\/?$/, '/');
    // One page holds them all: a stack has few parameters.
    const below = describeAll(options, WithDecryption).filter(
      ({ Name }) => Name.startsWith(path) && (Recursive || !Name.slice(path.length).includes('/')),
    );
    return { arn: arnOf(Path, account), parameters: below };
  }
  const { Name, WithDecryption } = parse(getSchema, input);
  const found = describeAll(options, WithDecryption).find((each) => each.Name === Name || each.ARN === Name);
  if (!found) throw new ServiceError(400, 'ParameterNotFound', `There is no parameter ${Name}.`);
  return { arn: found.ARN, parameters: [found] };
}

/** Every parameter as an answer describes it; a SecureString is unreadable unless it is to be decrypted. */
function describeAll({ parameters, stored, account, translate }: SsmOptions, isDecrypted = false) {
  const describe = ({ name, type, value, version }: StoredParameter, ARN = arnOf(name, account)) => ({
    Name: name,
    ARN,
    Type: type,
    Value: type === 'SecureString' && !isDecrypted ? randomBytes(value.length).toString('base64') : value,
    Version: version,
  });
  return [
    ...parameters.map(({ name, arn, value }) =>
      describe({ name, type: 'String', value: translate(value), version: 1 }, arn),
    ),
    ...[...stored.values()].map((parameter) => describe(parameter)),
  ];
}

/** @returns the new version. @throws ServiceError as AWS does. Systems Manager API Reference: PutParameter */
function putParameter(stored: PersistentMap<StoredParameter>, input: unknown): number {
  const { Name: name, Value: value, Type: type, Overwrite } = parse(putSchema, input);
  const current = stored.get(name);
  if (current && !Overwrite) {
    throw new ServiceError(400, 'ParameterAlreadyExists', 'The parameter already exists. Set Overwrite.');
  }
  if (!current && !type) throw invalid('A parameter type is required when you create a parameter.');
  if (!value || Buffer.byteLength(value) > VALUE_BYTES) {
    throw invalid(`A standard parameter has 1 to ${VALUE_BYTES} bytes.`);
  }
  const version = (current?.version ?? 0) + 1;
  stored.set({ name, type: type ?? current!.type, value, version });
  return version;
}

const invalid = (message: string): ServiceError => new ServiceError(400, 'ValidationException', message);

const parse = <T>(schema: z.ZodType<T>, input: unknown): T => parseInput(schema, input, invalid);

const arnOf = (name: string, account: string): string =>
  `arn:aws:ssm:us-east-1:${account}:parameter/${name.replace(/^\//, '')}`;
