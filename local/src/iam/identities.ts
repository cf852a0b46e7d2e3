import { randomBytes } from 'node:crypto';
import type { Principal } from './evaluate';

/** A secret and whose it is. */
export interface Identity {
  secretAccessKey: string;
  sessionToken?: string;
  principal: Principal;
}

/** Who may sign requests, by access key. Entries may be added and removed while servers run. */
export type Identities = Map<string, Identity>;

/** What a client signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Makes temporary credentials for a principal, as STS would, and lets them sign. */
export function issueCredentials(identities: Identities, principal: Principal): Credentials {
  const credentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(48).toString('base64'),
  };
  const { secretAccessKey, sessionToken } = credentials;
  identities.set(credentials.accessKeyId, { secretAccessKey, sessionToken, principal });
  return credentials;
}
