import { createHash, randomBytes } from 'node:crypto';

/** A key that URLs are signed with: 256 bits. */
export interface SigningKey {
  /** A public name, which reveals nothing about the key. */
  id: string;
  /** This text is the key itself. */
  secret: string;
}

const ID_CHARACTERS = 8;

export const signingKeyOf = (secret: string): SigningKey => ({
  id: createHash('sha256').update(secret).digest('hex').slice(0, ID_CHARACTERS),
  secret,
});

export const newSigningKey = (): SigningKey => signingKeyOf(randomBytes(32).toString('base64url'));
