/** CloudFront's signed cookies, for requests to a private distribution. DG: private-content-signed-cookies */
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { createPrivateKey } from 'node:crypto';

export interface CookieOptions {
  /** URL of the distribution, without a slash at the end. */
  url: string;
  /** Id of the public key. */
  keyPairId: string;
  /** In PEM: RSA or ECDSA. */
  privateKey: string;
  /** How long the cookies are valid. */
  seconds: number;
}

/**
 * The header `cookie` that gives access to all of a distribution.
 * @throws Error if the key is not a private key
 */
export function signedCookies({ url, keyPairId, privateKey, seconds }: CookieOptions): string {
  createPrivateKey(privateKey);
  const ends = Math.floor(Date.now() / 1_000) + seconds;
  const policy = JSON.stringify({
    Statement: [{ Resource: `${url}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': ends } } }],
  });
  return Object.entries(getSignedCookies({ policy, keyPairId, privateKey }))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}
