import type { LambdaDefinition } from '../deployment/deployment';

/** What a function signs its requests with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Where the local services listen, by the name that the SDKs have for a service. */
export interface Endpoints {
  s3?: string;
  cloudfront?: string;
  sqs?: string;
  ssm?: string;
}

/** Where CloudFront runs an edge function: a replica of one version, in some region. */
export interface Replica {
  region: string;
  version: string;
}

/** The name that a function runs under: a replica's begins with the region of the original. */
export const runningName = ({ name, region }: LambdaDefinition, replica: Replica | undefined): string =>
  replica ? `${region}.${name}` : name;

/**
 * The environment of a function's process. Lambda Developer Guide: configuration-envvars-runtime.
 *
 * It is Lambda's but for `AWS_ENDPOINT_URL_*`, which every AWS SDK reads: they alone lead a function, which is not
 * changed for running here, to the services on this machine.
 */
export function environmentOf(
  definition: LambdaDefinition,
  taskRoot: string,
  credentials: Credentials,
  endpoints: Endpoints,
  replica: Replica | undefined,
): Record<string, string> {
  const region = replica?.region ?? definition.region;
  const name = runningName(definition, replica);
  const variables = Object.entries(definition.environment).map(([key, value]) => [
    key,
    onThisMachine(value, endpoints),
  ]);
  const pointers = Object.entries(endpoints).map(([service, url]) => [
    `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
    url,
  ]);
  return {
    ...(Object.fromEntries(variables) as Record<string, string>),
    ...(Object.fromEntries(pointers) as Record<string, string>),
    _HANDLER: definition.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: replica?.version ?? '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[${replica?.version ?? '$LATEST'}]`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    // No such folder, as on Lambda: the SDK must not find the settings of whoever works on this machine.
    HOME: '/home/sbx_user1051',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
  };
}

/** The SDK sends to the host of a queue's URL, whatever endpoint it is given: so here a queue has a URL of here. */
const onThisMachine = (value: string, { sqs }: Endpoints): string =>
  sqs === undefined ? value : value.replace(/^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?=\/)/, sqs);
