import { createPublicKey } from 'node:crypto';
import { sha256 } from './config/sha256';

const FINGERPRINT_CHARACTERS = 16;

/**
 * Hash of a public key in hex digits, by which the id of its private key is found.
 * @param pem a public key, or its private key
 * @throws Error for any other text
 */
export const fingerprintOf = (pem: string): string =>
  sha256(createPublicKey(pem).export({ type: 'spki', format: 'der' })).slice(0, FINGERPRINT_CHARACTERS);
