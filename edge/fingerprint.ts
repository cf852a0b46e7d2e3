import { createPublicKey } from 'node:crypto';
import { sha256 } from './config/sha256';

const FINGERPRINT_CHARACTERS = 16;

/**
 * Hash of a public key, by which the private one that belongs to it finds its id: hex digits.
 * @param pem a public key, or the private one that belongs to it
 * @throws Error for any other text
 */
export const fingerprintOf = (pem: string): string =>
  sha256(createPublicKey(pem).export({ type: 'spki', format: 'der' })).slice(0, FINGERPRINT_CHARACTERS);
