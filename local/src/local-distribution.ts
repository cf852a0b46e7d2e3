import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { S3Client } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { Clock } from './clock';
import { startCloudFrontApi } from './cloudfront/api';
import { Distribution } from './cloudfront/distribution';
import { type OpenQuestions, PESSIMISTIC } from './cloudfront/open-questions';
import type { Deployment, Distribution as Definition, LambdaDefinition } from './deployment/deployment';
import { readDeployment } from './deployment/read';
import { type Events, startEvents } from './events/events';
import { lockFolder } from './folder-lock';
import { Faults } from './faults';
import { startCloudFrontFunction } from './functions/cloudfront-function';
import { startLambda } from './functions/lambda';
import type { Principal } from './iam/evaluate';
import type { ObjectEvent } from './s3/events';
import type { LocalS3 } from './s3/server';
import { startSsm } from './ssm';
import { type Storage, createBucket, startLocalStorage, useOtherStorage } from './storage';

export interface LocalOptions {
  /** Folder of the synthesised app. */
  cdkOut: string;
  /** Folder that keeps the buckets, and what their queues still hold. */
  data: string;
  /** 0 for any that is free. */
  port: number;
  /** URL of another S3 in place of the local one. */
  s3Endpoint?: string;
  faults?: Faults;
  open?: Partial<OpenQuestions>;
  log(line: string): void;
}

/** The stack on this machine: what the template says, behind one URL. */
export interface LocalDistribution {
  url: string;
  deployment: Deployment;
  buckets: { originals: string; variants: string };
  /** A client of S3 with all permissions. */
  client: S3Client;
  /** The local S3; missing where another one is used. */
  s3?: LocalS3;
  clock: Clock;
  faults: Faults;
  distribution: Distribution;
  /** A client of CloudFront with all permissions. */
  cloudFront: CloudFrontClient;
  /** The queues, fed by the events of the buckets. */
  events: Events;
  /** Environment variables that point the AWS CLI, the SDKs and scripts here, with all permissions. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

function lambdaOf(deployment: Deployment, versionArn: string): { definition: LambdaDefinition; version: string } {
  for (const definition of deployment.functions) {
    const version = definition.versions.find(({ arn }) => arn === versionArn);
    if (version) return { definition, version: version.version };
  }
  throw new Error(`The distribution names a function that the template does not have: ${versionArn}`);
}

function roleOf(deployment: Deployment, { roleArn }: LambdaDefinition): Principal {
  const { arn, statements } = deployment.roles.find((role) => role.arn === roleArn)!;
  return { kind: 'role', arn, statements };
}

function startOriginResponse(
  deployment: Deployment,
  storage: Storage,
  definition: Definition,
  log: (line: string) => void,
) {
  const behavior = definition.config.DefaultCacheBehavior;
  const association = behavior.LambdaFunctionAssociations?.find(({ EventType }) => EventType === 'origin-response');
  if (!association) return undefined;
  const { definition: lambda, version } = lambdaOf(deployment, association.LambdaFunctionARN);
  const origin = definition.config.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  return startLambda({
    definition: lambda,
    credentials: storage.credentialsFor(roleOf(deployment, lambda)),
    endpoints: { s3: storage.url },
    // With an Origin Shield, the function runs in its region.
    replica: { region: origin?.OriginShield?.OriginShieldRegion ?? lambda.region, version },
    log,
  });
}

function startViewerRequest(deployment: Deployment, definition: Definition, log: (line: string) => void) {
  const association = definition.config.DefaultCacheBehavior.FunctionAssociations?.find(
    ({ EventType }) => EventType === 'viewer-request',
  );
  const found = deployment.cloudFrontFunctions.find(({ arn }) => arn === association?.FunctionARN);
  return found && startCloudFrontFunction({ name: found.name, code: found.code, log });
}

/** How CloudFront reaches the buckets: with the signature of its origin access control, which their policies admit. */
function bucketAddresses(deployment: Deployment, storage: Storage, definition: Definition) {
  const credentials = storage.credentialsFor({
    kind: 'service',
    service: 'cloudfront.amazonaws.com',
    sourceArn: definition.arn,
    sourceAccount: deployment.account,
  });
  return (domainName: string) => {
    const bucket = deployment.buckets.find(({ name }) => domainName.startsWith(`${name}.s3.`));
    if (!bucket) throw new Error(`The origin ${domainName} is none of the template's buckets.`);
    return { endpoint: new URL(storage.url), bucket: bucket.name, region: bucket.region, credentials };
  };
}

/** Services that have been started; they are closed in reverse order. */
class RunningServices {
  readonly #closers: (() => Promise<void>)[] = [];

  add<T extends { close(): Promise<void> }>(service: T): T {
    this.#closers.push(() => service.close());
    return service;
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) await close();
  }
}

/** Environment variables that point the AWS CLI, the SDKs and the project's scripts to the local services. */
const environmentOf = (storage: Storage, account: string, endpoints: Record<string, string>) => {
  const { accessKeyId, secretAccessKey, sessionToken } = storage.credentialsFor({ kind: 'administrator', account });
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_REGION: 'us-east-1',
    ...endpoints,
  };
};

/**
 * Runs what a cloud assembly would deploy, on 127.0.0.1.
 * @throws Error with one line for what AWS would refuse, for a port that is in use, and for a folder that is
 */
export async function startLocalDistribution(options: LocalOptions): Promise<LocalDistribution> {
  const started = new RunningServices();
  try {
    return await start(options, started);
  } catch (error) {
    await started.close();
    throw error;
  }
}

async function start(options: LocalOptions, started: RunningServices): Promise<LocalDistribution> {
  const { cdkOut, data, s3Endpoint, faults = new Faults(), open = {}, log } = options;
  started.add(lockFolder(data));
  const deployment = readDeployment(cdkOut);
  const definition = deployment.distributions[0];
  if (!definition) throw new Error('The template has no distribution.');
  const { outputs, account } = deployment;
  const clock = new Clock();
  // The local S3 starts before the queues; nothing is uploaded until both run.
  const wiring: { events?: Events } = {};
  const onEvent = (event: ObjectEvent) => wiring.events?.onS3Event(event);
  const storage = started.add(
    s3Endpoint
      ? await useOtherStorage(deployment, s3Endpoint)
      : await startLocalStorage(deployment, { directory: data, clock, faults, onEvent, log }),
  );
  // The stack does not create a bucket that is there already; here it is not.
  await createBucket(storage.client, outputs['OriginalsBucket']!, outputs['OriginalsRegion']!);
  const { identities } = storage;
  const originResponse = startOriginResponse(deployment, storage, definition, log);
  if (originResponse) started.add(originResponse);
  const behavior = definition.config.DefaultCacheBehavior;
  const policyId = behavior.ResponseHeadersPolicyId;
  const distribution = started.add(
    new Distribution({
      definition,
      cachePolicy: deployment.cachePolicies.get(behavior.CachePolicyId)!,
      responseHeadersPolicy: policyId ? deployment.responseHeadersPolicies.get(policyId) : undefined,
      viewerRequest: startViewerRequest(deployment, definition, log),
      originResponse,
      addressOf: bucketAddresses(deployment, storage, definition),
      clock,
      open: { ...PESSIMISTIC, ...open },
      log,
    }),
  );
  const url = `http://localhost:${await distribution.listen(options.port)}`;
  const invalidate = (item: string) => distribution.invalidate(item);
  const api = started.add(
    await startCloudFrontApi({ distribution: definition, invalidate, identities, clock, faults, log }),
  );
  const ssm = started.add(
    await startSsm({
      parameters: deployment.parameters,
      // Functions ask the distribution on this machine.
      translate: (value) => value.replaceAll(`https://${definition.domainName}`, url),
      identities,
      account,
      clock,
      faults,
      log,
    }),
  );
  const events = started.add(
    await startEvents({
      deployment,
      startFunction: (fed, sqs) =>
        startLambda({
          definition: fed,
          credentials: storage.credentialsFor(roleOf(deployment, fed)),
          endpoints: { s3: storage.url, sqs, cloudfront: api.url, ssm: ssm.url },
          log,
        }),
      clock,
      faults,
      identities,
      // No bucket has such a name.
      directory: join(data, '_queues'),
      log,
    }),
  );
  wiring.events = events;
  return {
    url,
    deployment,
    buckets: { originals: outputs['OriginalsBucket']!, variants: outputs['VariantsBucket']! },
    client: storage.client,
    ...(storage.local && { s3: storage.local }),
    clock,
    faults,
    distribution,
    cloudFront: new CloudFrontClient({
      endpoint: api.url,
      region: 'us-east-1',
      credentials: storage.credentialsFor({ kind: 'administrator', account }),
    }),
    events,
    environment: environmentOf(storage, account, {
      AWS_ENDPOINT_URL_S3: storage.url,
      AWS_ENDPOINT_URL_CLOUDFRONT: api.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
    }),
    close: () => started.close(),
  };
}
