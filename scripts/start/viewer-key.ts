import { generateKeyPairSync } from 'node:crypto';

/** A key pair with which the playground asks for what is for members. Both halves are PEM. */
export interface ViewerKey {
  id: string;
  publicKey: string;
  privateKey: string;
}

/** One that lives as long as the process, and that only the distribution of this process trusts. */
export const newViewerKey = (): ViewerKey => ({
  id: 'KPLAYGROUND',
  ...generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }),
});
