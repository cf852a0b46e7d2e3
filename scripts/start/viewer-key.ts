import { generateKeyPairSync } from 'node:crypto';

/** A key pair in PEM, with which the playground requests pictures for members. */
export interface ViewerKey {
  id: string;
  publicKey: string;
  privateKey: string;
}

/** Only the local distribution of this process trusts it. */
export const newViewerKey = (): ViewerKey => ({
  id: 'KPLAYGROUND',
  ...generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }),
});
