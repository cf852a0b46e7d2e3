import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { S3Client } from '@aws-sdk/client-s3';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Clock } from './clock';
import { startCloudFrontApi } from './cloudfront/api';
import type { Distribution } from './cloudfront/distribution';
import { KeyValueStore, type StoreEntry } from './cloudfront/key-value-store';
import { startKeyValueStoreApi } from './cloudfront/key-value-store-api';
import { type OpenQuestions, PESSIMISTIC } from './cloudfront/open-questions';
import type { ViewerOptions } from './cloudfront/served-answer';
import { startDistribution } from './cloudfront/start-distribution';
import type { Deployment } from './deployment/deployment';
import { type Resizer, distributionsToRun, resizersOf } from './deployment/images';
import { readDeployment } from './deployment/read';
import { roleOf } from './deployment/roles';
import { type Events, startEvents } from './events/events';
import { PersistentMap } from './persistent-map';
import { lockFolder } from './folder-lock';
import { Faults } from './faults';
import { type FunctionLog, functionLogs } from './function-logs';
import { startLambda } from './functions/lambda';
import { startCloudWatchLogs } from './logs/api';
import { LogGroups } from './logs/log-groups';
import type { ObjectEvent } from './s3/object-event';
import type { LocalS3 } from './s3/server';
import { type StoredParameter, startSsm } from './ssm';
import { type Storage, createBucket, startLocalStorage, useOtherStorage } from './storage';

export interface LocalOptions extends ViewerOptions {
  /** Folder of the synthesised app. */
  cdkOut: string;
  /** Folder for the buckets, queues, parameters and KeyValueStores. */
  data: string;
  /** 0 for any free one. */
  port: number;
  /** URL of another S3 in place of the local one. */
  s3Endpoint?: string;
  faults?: Faults;
  open?: Partial<OpenQuestions>;
  /** Id or logical id of the one distribution to run; by default all that serve images. */
  distribution?: string;
  /** URLs of servers in place of origins that are not run here, by origin id. */
  origins?: Readonly<Record<string, string>>;
  /** Public keys in PEM by id, for key groups that the config names but no stack creates. */
  publicKeys?: Readonly<Record<string, string>>;
  /** Number of regions in which a distribution without Origin Shield has an edge; 1 by default. */
  regions?: number;
  /** A public key, in PEM, that every behavior with key groups trusts beside theirs. */
  viewerKey?: { id: string; publicKey: string };
  /** Gets the lines that functions log, in place of `log`. */
  onFunctionLog?(log: FunctionLog): void;
  /** Called for each change of an object in the local S3. */
  onObjectEvent?(event: ObjectEvent): void;
  log(line: string): void;
}

/** A running distribution, and the image resizers behind it. */
export interface RunningDistribution {
  id: string;
  /** The first region's edge. */
  url: string;
  /** The edges of all regions. */
  edges: { region: string; url: string }[];
  resizers: Resizer[];
  distribution: Distribution;
}

/** The running stack. `url`, `buckets` and `distribution` are those of the first distribution and its first resizer. */
export interface LocalDistribution {
  url: string;
  deployment: Deployment;
  distributions: RunningDistribution[];
  buckets: { originals: string; variants: string };
  /** An S3 client with all permissions. */
  client: S3Client;
  /** The local S3; missing if another one is used. */
  s3?: LocalS3;
  clock: Clock;
  faults: Faults;
  distribution: Distribution;
  /** A CloudFront client with all permissions. */
  cloudFront: CloudFrontClient;
  events: Events;
  logs: LogGroups;
  /** Environment variables that point the AWS CLI, the SDKs and scripts here, with all permissions. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Started services, closed in reverse order. */
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

/**
 * Runs on 127.0.0.1 what a cloud assembly would deploy.
 * @throws Error of one line for what AWS would refuse, and for a port or a folder that is in use
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
  const { cdkOut, data, faults = new Faults(), onFunctionLog, log } = options;
  started.add(lockFolder(data));
  const deployment = readDeployment(cdkOut);
  const { account } = deployment;
  const definitions = distributionsToRun(deployment, options.distribution);
  for (const line of deployment.notRun) log(`not run here: ${line}`);

  const clock = new Clock();
  const logs = new LogGroups({ account, clock, log });
  for (const group of deployment.logGroups) logs.create(group);
  const namesRegions = (options.regions ?? 1) > 1;
  const outputOf = functionLogs({ deployment, groups: logs, namesRegions, onFunctionLog, log });

  // The local S3 starts before the queues; nothing is uploaded until both run.
  const listeners: { events?: Events } = {};
  const storage = started.add(
    await startStorage(options, deployment, clock, faults, (event) => {
      options.onObjectEvent?.(event);
      listeners.events?.onS3Event(event);
    }),
  );
  const resizers = definitions.flatMap(resizersOf);
  for (const { originals } of resizers) {
    // The stack may use an existing bucket of originals; here it does not exist yet.
    if (originals.bucket) await createBucket(storage.client, originals.bucket, originals.region);
  }

  const openMap = async <V>(file: string, idOf: (value: V) => string): Promise<PersistentMap<V>> => {
    const path = join(data, file);
    mkdirSync(dirname(path), { recursive: true });
    const map = await PersistentMap.open<V>(path, idOf);
    started.add({ close: async () => map.close() });
    return map;
  };
  // The underscore tells these folders from those of buckets.
  const stores = await Promise.all(
    deployment.keyValueStores.map(async ({ arn }) => {
      const file = `_key-value-stores/${arn.slice(arn.lastIndexOf('/') + 1)}.jsonl`;
      return new KeyValueStore(arn, clock, await openMap<StoreEntry>(file, ({ key }) => key));
    }),
  );
  const parameters = await openMap<StoredParameter>('_parameters/parameters.jsonl', ({ name }) => name);

  const running: RunningDistribution[] = [];
  for (const definition of definitions) {
    const { id } = definition;
    const distribution = startDistribution(definition, {
      ...options,
      deployment,
      storage,
      stores,
      origins: options.origins ?? {},
      publicKeys: options.publicKeys ?? {},
      regions: options.regions ?? 1,
      clock,
      open: { ...PESSIMISTIC, ...options.open },
      outputOf,
      // DG: lambda-edge-testing-debugging.
      onInvalidAnswer: (region, why) =>
        logs.write(
          { name: `/aws/cloudfront/LambdaEdge/${id}`, region },
          `ERROR Validation error: The Lambda function returned an invalid response: ${why}`,
        ),
      add: (service) => started.add(service),
    });
    const ports = await distribution.listen(running.length === 0 ? options.port : 0);
    const edges = distribution.edges.map(({ region }, index) => ({ region, url: `http://localhost:${ports[index]}` }));
    running.push({ id, url: edges[0]!.url, edges, resizers: resizersOf(definition), distribution });
  }

  const service = { identities: storage.identities, account, clock, faults, log };
  const cloudFrontApi = started.add(
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
      stored: parameters,
      translate: (value) =>
        definitions.reduce(
          (text, { domainName }, index) => text.replaceAll(`https://${domainName}`, running[index]!.url),
          value,
        ),
      ...service,
    }),
  );
  const logsApi = started.add(await startCloudWatchLogs({ groups: logs, ...service }));
  const events = started.add(
    await startEvents({
      deployment,
      startFunction: (definition, sqs) =>
        startLambda({
          definition,
          credentials: storage.credentialsFor(roleOf(deployment, definition)),
          endpoints: { s3: storage.url, sqs, cloudfront: cloudFrontApi.url, ssm: ssm.url },
          log,
          output: outputOf(definition),
        }),
      directory: join(data, '_queues'),
      ...service,
    }),
  );
  listeners.events = events;

  const administrator = storage.credentialsFor({ kind: 'administrator', account });
  const { url, distribution } = running[0]!;
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
      endpoint: cloudFrontApi.url,
      region: 'us-east-1',
      credentials: administrator,
    }),
    events,
    logs,
    environment: {
      AWS_ACCESS_KEY_ID: administrator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
      ...(administrator.sessionToken && { AWS_SESSION_TOKEN: administrator.sessionToken }),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: storage.url,
      AWS_ENDPOINT_URL_CLOUDFRONT: cloudFrontApi.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      // The SDK prepends the account's number to the host, which an IP address does not allow.
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: storeApi.url.replace('127.0.0.1', 'localhost'),
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logsApi.url,
    },
    close: () => started.close(),
  };
}

function startStorage(
  { s3Endpoint, data, log }: LocalOptions,
  deployment: Deployment,
  clock: Clock,
  faults: Faults,
  onEvent: (event: ObjectEvent) => void,
): Promise<Storage> {
  return s3Endpoint
    ? useOtherStorage(deployment, s3Endpoint)
    : startLocalStorage(deployment, { directory: data, clock, faults, onEvent, log });
}
