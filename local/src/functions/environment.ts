import type { LambdaDefinition } from '../deployment/deployment';
import type { Credentials } from '../iam/identities';

/** URLs of the local services, by the SDKs' names. */
export interface Endpoints {
  s3?: string;
  cloudfront?: string;
  sqs?: string;
  ssm?: string;
}

/** An edge function's version in a region where CloudFront runs it. */
export interface Replica {
  region: string;
  version: string;
}

/** The name that a function has at run time: a replica's begins with the region of the function itself. */
export const runningName = ({ name, region }: LambdaDefinition, replica: Replica | undefined): string =>
  replica ? `${region}.${name}` : name;

/**
 * The environment variables of a function's process. Lambda Developer Guide: configuration-envvars-runtime.
 *
 * They are Lambda's, and `AWS_ENDPOINT_URL_*`, by which the SDK in an unchanged function finds the local services.
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
    withLocalQueue(value, endpoints),
  ]);
  const urls = Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, url]);
  return {
    ...(Object.fromEntries(variables) as Record<string, string>),
    ...(Object.fromEntries(urls) as Record<string, string>),
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
    // Missing, as on Lambda: the SDK must not find the developer's settings.
    HOME: '/home/sbx_user1051',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
  };
}

/** Makes a queue's URL local: the SDK sends to its host, whatever the endpoint. */
const withLocalQueue = (value: string, { sqs }: Endpoints): string =>
  sqs === undefined ? value : value.replace(/^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?=\/)/, sqs);
