/**
 * Signature Version 4A: valid in several regions, by a key pair derived from the secret key.
 * IAM User Guide: reference_sigv (SigV4A).
 */
import { type KeyObject, createECDH, createHmac, createPublicKey, verify } from 'node:crypto';

export const ALGORITHM_V4A = 'AWS4-ECDSA-P256-SHA256';

/** The order of the curve P-256. FIPS 186-4, D.1.2.3 */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const COORDINATE_BYTES = 32;

/** Whether the key pair of these credentials made a signature. @param signature in hex */
export const isByCredentials = (
  text: string,
  signature: string,
  accessKeyId: string,
  secretAccessKey: string,
): boolean =>
  /^([0-9a-f]{2})+$/.test(signature) &&
  verify('sha256', Buffer.from(text), publicKeyOf(accessKeyId, secretAccessKey), Buffer.from(signature, 'hex'));

function publicKeyOf(accessKeyId: string, secretAccessKey: string): KeyObject {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKeyOf(accessKeyId, secretAccessKey));
  const point = pair.getPublicKey();
  const coordinate = (from: number) => point.subarray(from, from + COORDINATE_BYTES).toString('base64url');
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + COORDINATE_BYTES) },
  });
}

/** Derives the private key: the first candidate below the order. NIST SP 800-108, counter mode. */
function privateKeyOf(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter < 255; counter++) {
    const input = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.from(ALGORITHM_V4A),
      Buffer.from([0]),
      Buffer.from(accessKeyId),
      Buffer.from([counter]),
      Buffer.from([0, 0, 1, 0]),
    ]);
    const candidate = BigInt(`0x${createHmac('sha256', `AWS4A${secretAccessKey}`).update(input).digest('hex')}`);
    if (candidate > ORDER - 2n) continue;
    return Buffer.from((candidate + 1n).toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex');
  }
  throw new Error('No key can be derived from these credentials.');
}
