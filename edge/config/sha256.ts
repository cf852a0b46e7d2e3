import { createHash } from 'node:crypto';

/** The SHA-256 of a text or of bytes, in hex digits. */
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
