import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { S3Client } from '@aws-sdk/client-s3';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Clock } from './clock';
import { startCloudFrontApi } from './cloudfront/api';
import type { Distribution } from './cloudfront/distribution';
import { type KeptEntry, KeyValueStore } from './cloudfront/key-value-store';
import { startKeyValueStoreApi } from './cloudfront/key-value-store-api';
import { type OpenQuestions, PESSIMISTIC } from './cloudfront/open-questions';
import type { ViewerOptions } from './cloudfront/served-answer';
import { roleOf, startDistribution } from './cloudfront/start';
import type { Deployment } from './deployment/deployment';
import { type Resizer, distributionsToRun, resizersOf } from './deployment/images';
import { readDeployment } from './deployment/read';
import { type Events, startEvents } from './events/events';
import { KeptMap } from './kept-map';
import { lockFolder } from './folder-lock';
import { Faults } from './faults';
import { type FunctionLog, functionLogs } from './function-logs';
import { startLambda } from './functions/lambda';
import { startCloudWatchLogs } from './logs/api';
import { LogGroups } from './logs/log-groups';
import type { ObjectEvent } from './s3/events';
import type { LocalS3 } from './s3/server';
import { startSsm } from './ssm';
import type { KeptParameter } from './ssm-secrets';
import { type Storage, createBucket, startLocalStorage, useOtherStorage } from './storage';

export interface LocalOptions extends ViewerOptions {
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
  /** Id or logical id of the one distribution to run; without it, all that serve images are. */
  distribution?: string;
  /** URLs of servers that stand for origins which are not run here, by the ids of the origins. */
  origins?: Readonly<Record<string, string>>;
  /** Public keys as PEM by their ids, of key groups that the settings name and no stack makes. */
  publicKeys?: Readonly<Record<string, string>>;
  /** In how many regions a distribution without Origin Shield has an edge of its own; 1 is the default. */
  regions?: number;
  /** A key of viewers that is trusted wherever key groups are, beside their own keys; the public half, as PEM. */
  viewerKey?: { id: string; publicKey: string };
  /** Called with what functions log; `log` is, without it. */
  onFunctionLog?(log: FunctionLog): void;
  /** Called for each change of an object in the local S3. */
  onObjectEvent?(event: ObjectEvent): void;
  log(line: string): void;
}

/** A distribution that is run, and the image resizers behind it. */
export interface RunningDistribution {
  id: string;
  /** Of the edge in the first region. */
  url: string;
  /** Those of the edges in all regions. */
  edges: { region: string; url: string }[];
  resizers: Resizer[];
  distribution: Distribution;
}

/** The stack on this machine: what the template says. Where there are several distributions or resizers, the first is meant. */
export interface LocalDistribution {
  url: string;
  deployment: Deployment;
  distributions: RunningDistribution[];
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
  /** What functions log. */
  logs: LogGroups;
  /** Environment variables that point the AWS CLI, the SDKs and scripts here, with all permissions. */
  environment: Record<string, string>;
  close(): Promise<void>;
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
  const {
    cdkOut,
    data,
    s3Endpoint,
    faults = new Faults(),
    open = {},
    origins = {},
    publicKeys = {},
    regions = 1,
    log,
  } = options;
  const { onFunctionLog, onObjectEvent } = options;
  started.add(lockFolder(data));
  const deployment = readDeployment(cdkOut);
  const definitions = distributionsToRun(deployment, options.distribution);
  const { account } = deployment;
  for (const line of deployment.notRun) log(`not run here: ${line}`);
  const clock = new Clock();
  // The local S3 starts before the queues; nothing is uploaded until both run.
  const wiring: { events?: Events } = {};
  const onEvent = (event: ObjectEvent) => {
    onObjectEvent?.(event);
    wiring.events?.onS3Event(event);
  };
  const groups = new LogGroups({ account, clock, log });
  for (const group of deployment.logGroups) groups.create(group);
  const outputOf = functionLogs({ deployment, groups, namesRegions: regions > 1, onFunctionLog, log });
  const storage = started.add(
    s3Endpoint
      ? await useOtherStorage(deployment, s3Endpoint)
      : await startLocalStorage(deployment, { directory: data, clock, faults, onEvent, log }),
  );
  const resizers = definitions.flatMap(resizersOf);
  for (const { originals } of resizers) {
    // The stack does not create a bucket that is there already; here it is not.
    if (originals.bucket) await createBucket(storage.client, originals.bucket, originals.region);
  }
  const { identities } = storage;
  /** No bucket has such a name as its folder. */
  const keep = async <V>(folder: string, name: string, idOf: (value: V) => string): Promise<KeptMap<V>> => {
    const file = join(data, folder, `${name}.jsonl`);
    mkdirSync(dirname(file), { recursive: true });
    const kept = await KeptMap.open<V>(file, idOf);
    started.add({ close: async () => kept.close() });
    return kept;
  };
  const service = { identities, account, clock, faults, log };
  const stores = await Promise.all(
    deployment.keyValueStores.map(async ({ arn }) => {
      const name = arn.slice(arn.lastIndexOf('/') + 1);
      return new KeyValueStore(arn, clock, await keep<KeptEntry>('_key-value-stores', name, ({ key }) => key));
    }),
  );
  const running: RunningDistribution[] = [];
  for (const definition of definitions) {
    const distribution = startDistribution(definition, {
      ...options,
      deployment,
      storage,
      stores,
      origins,
      publicKeys,
      regions,
      clock,
      open: { ...PESSIMISTIC, ...open },
      outputOf,
      // DG: lambda-edge-testing-debugging.
      onInvalidAnswer: (region, why) =>
        groups.write(
          { name: `/aws/cloudfront/LambdaEdge/${definition.id}`, region },
          `ERROR Validation error: The Lambda function returned an invalid response: ${why}`,
        ),
      add: (each) => started.add(each),
    });
    const ports = await distribution.listen(running.length === 0 ? options.port : 0);
    const edges = distribution.edges.map(({ region }, index) => ({ region, url: `http://localhost:${ports[index]}` }));
    const { id } = definition;
    running.push({ id, url: edges[0]!.url, edges, resizers: resizersOf(definition), distribution });
  }
  const { url, distribution } = running[0]!;
  const api = started.add(
    await startCloudFrontApi({
      distributions: deployment.distributions.map(({ id, arn }) => ({
        id,
        arn,
        caches: running.find((each) => each.id === id)?.distribution.edges ?? [],
      })),
      ...service,
    }),
  );
  const storeApi = started.add(await startKeyValueStoreApi({ stores, ...service }));
  const ssm = started.add(
    await startSsm({
      parameters: deployment.parameters,
      kept: await keep<KeptParameter>('_parameters', 'parameters', ({ name }) => name),
      // Functions ask the distribution on this machine.
      translate: (value) =>
        definitions.reduce(
          (text, { domainName }, index) => text.replaceAll(`https://${domainName}`, running[index]!.url),
          value,
        ),
      ...service,
    }),
  );
  const logs = started.add(await startCloudWatchLogs({ groups, ...service }));
  const events = started.add(
    await startEvents({
      deployment,
      startFunction: (fed, sqs) =>
        startLambda({
          definition: fed,
          credentials: storage.credentialsFor(roleOf(deployment, fed)),
          endpoints: { s3: storage.url, sqs, cloudfront: api.url, ssm: ssm.url },
          log,
          output: outputOf(fed),
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
    distributions: running,
    buckets: { originals: resizers[0]!.originals.bucket, variants: resizers[0]!.variants.bucket },
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
    logs: groups,
    environment: environmentOf(storage, account, {
      AWS_ENDPOINT_URL_S3: storage.url,
      AWS_ENDPOINT_URL_CLOUDFRONT: api.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      // The SDK puts the number of the account before the name of the host.
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: storeApi.url.replace('127.0.0.1', 'localhost'),
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
    }),
    close: () => started.close(),
  };
}
