import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { signedCookies } from '../edge/signed-cookies';
import { UsageError } from './usage';
import { whyOf } from './why';

/** Options of commands that send requests to a private distribution. */
export interface SigningOptions {
  keyPairId?: string;
  privateKey?: string;
}

/** Longer than any run takes. */
const LIFETIME_SECONDS = 7 * 86_400;

export const withSigning = (command: Command): Command =>
  command
    .option('--key-pair-id <id>', 'for a private distribution: the id of the public key')
    .option('--private-key <file>', 'for a private distribution: the file of the private key, in PEM');

/**
 * Headers with cookies for the whole distribution, which are also sent after a redirect.
 * @param url of the distribution
 * @param privateKey as PEM
 * @throws Error of the library for a key that cannot be used
 */
export const headersSignedWith = (url: string, keyPairId: string, privateKey: string): Record<string, string> => ({
  cookie: signedCookies({ url, keyPairId, privateKey, seconds: LIFETIME_SECONDS }),
});

/**
 * The same with the key of the options.
 * @returns no headers without a key
 * @throws UsageError for a key that cannot be used
 */
export function cookieHeaders(url: string, { keyPairId, privateKey }: SigningOptions): Record<string, string> {
  if (keyPairId === undefined && privateKey === undefined) return {};
  if (keyPairId === undefined || privateKey === undefined) {
    throw new UsageError('Give both --key-pair-id and --private-key.');
  }
  try {
    return headersSignedWith(url, keyPairId, readFileSync(privateKey, 'utf8'));
  } catch (error) {
    throw new UsageError(`The key ${privateKey} cannot be used: ${whyOf(error)}.`);
  }
}
