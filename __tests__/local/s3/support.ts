import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { Clock } from '../../../local/src/clock';
import { Faults } from '../../../local/src/faults';
import type { Principal } from '../../../local/src/iam/evaluate';
import type { Statement } from '../../../local/src/iam/policy';
import type { ObjectEvent } from '../../../local/src/s3/object-event';
import { issueCredentials } from '../../../local/src/iam/identities';
import type { Credentials, Identities } from '../../../local/src/iam/identities';
import { startS3 } from '../../../local/src/s3/server';
import type { LocalS3 } from '../../../local/src/s3/server';

export const ACCOUNT = '111122223333';
export const BUCKET = 'pictures';
export const REGION = 'eu-west-1';

/** A server with one bucket, and its events and log. */
export interface TestS3 {
  s3: LocalS3;
  clock: Clock;
  faults: Faults;
  events: ObjectEvent[];
  logged: string[];
  directory: string;
  /** An SDK client for a principal, by default the administrator. */
  client(principal?: Principal, config?: S3ClientConfig): S3Client;
  credentials(principal?: Principal): Credentials;
  /** Ends the server, runs `meanwhile`, and starts another server on the same folder. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startTestS3({ policy = [] as Statement[], versioned = false } = {}): Promise<TestS3> {
  const directory = await mkdtemp(path.join(tmpdir(), 'local-s3-'));
  const [clock, faults, identities] = [new Clock(), new Faults(), new Map() as Identities];
  const [events, logged, clients] = [[] as ObjectEvent[], [] as string[], [] as S3Client[]];
  const start = () =>
    startS3({
      directory,
      clock,
      faults,
      identities,
      buckets: [{ name: BUCKET, region: REGION, policy, versioned }],
      onEvent: (event) => events.push(event),
      log: (line) => logged.push(line),
    });
  const administrator: Principal = { kind: 'administrator', account: ACCOUNT };
  const credentials = (principal: Principal = administrator) => issueCredentials(identities, principal);
  const server: TestS3 = {
    s3: await start(),
    clock,
    faults,
    events,
    logged,
    directory,
    credentials,
    client: (principal, config) => {
      const client = new S3Client({
        endpoint: server.s3.url,
        region: REGION,
        credentials: credentials(principal),
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    restart: async (meanwhile) => {
      await server.s3.close();
      await meanwhile?.();
      server.s3 = await start();
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await server.s3.close();
      await rm(directory, { recursive: true });
    },
  };
  return server;
}
