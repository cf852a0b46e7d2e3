import { randomBytes } from 'node:crypto';

/** What a caller signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Fresh credentials, valid as long as the local distribution runs. */
export const newCredentials = (): Credentials => ({
  accessKeyId: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(24).toString('base64url'),
  sessionToken: randomBytes(24).toString('base64url'),
});
