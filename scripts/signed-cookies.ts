import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import type { Command } from 'commander';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from './usage';
import { whyOf } from './why';

/** Options of commands that ask a distribution which serves members only. */
export interface SigningOptions {
  keyPairId?: string;
  privateKey?: string;
}

/** How long the cookies hold, in seconds: longer than a run takes. */
const LIFETIME_SECONDS = 7 * 86_400;

export const withSigning = (command: Command): Command =>
  command
    .option('--key-pair-id <id>', 'for a private distribution: the id of the public key')
    .option('--private-key <file>', 'and the private key, as PEM');

/**
 * The cookies by which CloudFront lets a command have all of a distribution: they go along to where a redirect leads.
 * @param url of the distribution
 * @param privateKey as PEM
 * @returns headers of every request
 * @throws Error of the library for a key that cannot be used
 */
export function signedCookies(url: string, keyPairId: string, privateKey: string): Record<string, string> {
  const dateLessThan = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
  const policy = JSON.stringify({
    Statement: [{ Resource: `${url}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': dateLessThan } } }],
  });
  const cookies = getSignedCookies({ policy, keyPairId, privateKey });
  return {
    cookie: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
  };
}

/**
 * The same with the key that options name.
 * @returns none where they name none
 * @throws UsageError for a key that cannot be used
 */
export function cookieHeaders(url: string, { keyPairId, privateKey }: SigningOptions): Record<string, string> {
  if (keyPairId === undefined && privateKey === undefined) return {};
  if (keyPairId === undefined || privateKey === undefined) {
    throw new UsageError('Give both --key-pair-id and --private-key.');
  }
  try {
    const pem = readFileSync(privateKey, 'utf8');
    createPrivateKey(pem);
    return signedCookies(url, keyPairId, pem);
  } catch (error) {
    throw new UsageError(`The key ${privateKey} cannot be used: ${whyOf(error)}.`);
  }
}
