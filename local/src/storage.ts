import { type BucketLocationConstraint, CreateBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { fromEnv, fromIni } from '@aws-sdk/credential-providers';
import type { Clock } from './clock';
import type { Deployment } from './deployment/deployment';
import type { Faults } from './faults';
import type { Principal } from './iam/evaluate';
import { type Credentials, type Identities, issueCredentials } from './iam/identities';
import type { ObjectEvent } from './s3/object-event';
import { type LocalS3, startS3 } from './s3/server';

/** The S3 in use: the local one, or another with the same API. */
export interface Storage {
  url: string;
  /** The local S3; missing if another one is used. */
  local?: LocalS3;
  /** Who may sign requests to the local services. */
  identities: Identities;
  /** Issues credentials that identify a caller to the local services. */
  credentialsFor(principal: Principal): Credentials;
  /** A client with all permissions. */
  client: S3Client;
  close(): Promise<void>;
}

const clientOf = (url: string, credentials: Credentials): S3Client =>
  new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials });

interface LocalStorageOptions {
  directory: string;
  clock: Clock;
  faults: Faults;
  onEvent(event: ObjectEvent): void;
  log(line: string): void;
}

/** Starts the local S3 with the buckets of a deployment. */
export async function startLocalStorage(
  deployment: Deployment,
  { directory, clock, faults, onEvent, log }: LocalStorageOptions,
): Promise<Storage> {
  const identities: Identities = new Map();
  const credentialsFor = (principal: Principal) => issueCredentials(identities, principal);
  const local = await startS3({ directory, buckets: deployment.buckets, identities, clock, faults, onEvent, log });
  const client = clientOf(local.url, credentialsFor({ kind: 'administrator', account: deployment.account }));
  return {
    url: local.url,
    local,
    identities,
    credentialsFor,
    client,
    close: async () => {
      client.destroy();
      await local.close();
    },
  };
}

/** Creates a bucket unless it exists. @throws Error if it cannot be created */
export async function createBucket(client: S3Client, name: string, region: string): Promise<void> {
  const withRegion = { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  try {
    await client.send(new CreateBucketCommand({ Bucket: name, ...(region !== 'us-east-1' && withRegion) }));
  } catch (error) {
    const exists = error instanceof S3ServiceException && error.name.startsWith('BucketAlready');
    if (!exists) throw new Error(`The bucket ${name} cannot be created: ${String(error)}`, { cause: error });
  }
}

/**
 * Uses another S3, which does not know the template's policies: every caller has the developer's AWS credentials.
 * @throws Error if there are no credentials or the buckets cannot be created
 */
export async function useOtherStorage(deployment: Deployment, url: string): Promise<Storage> {
  const found = await fromEnv()()
    .catch(() => fromIni()())
    .catch(() => {
      throw new Error(
        '--s3-endpoint needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
      );
    });
  const credentials: Credentials = { ...found, sessionToken: found.sessionToken ?? '' };
  const client = clientOf(url, credentials);
  for (const { name, region } of deployment.buckets) await createBucket(client, name, region);
  return { url, identities: new Map(), credentialsFor: () => credentials, client, close: async () => client.destroy() };
}
