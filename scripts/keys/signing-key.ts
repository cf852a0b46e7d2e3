import { createHash, randomBytes } from 'node:crypto';

/** A key that URLs are signed with: 256 bits. */
export interface SigningKey {
  /** By which it can be spoken of: it tells nothing of the key. */
  id: string;
  /** Text, which is the key as it stands. */
  secret: string;
}

const ID_CHARACTERS = 8;

export const signingKeyOf = (secret: string): SigningKey => ({
  id: createHash('sha256').update(secret).digest('hex').slice(0, ID_CHARACTERS),
  secret,
});

export const newSigningKey = (): SigningKey => signingKeyOf(randomBytes(32).toString('base64url'));
