import { randomBytes } from 'node:crypto';
import type { Principal } from './evaluate';

/** The secret of an access key, and its owner. */
export interface Identity {
  secretAccessKey: string;
  sessionToken?: string;
  principal: Principal;
}

/** Who may sign requests, by access key. It may change while servers run. */
export type Identities = Map<string, Identity>;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Issues temporary credentials, as STS does. */
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
