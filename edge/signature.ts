/** A signature in a URL may be cut off down to this many characters, of which each is 6 bits. */
export const SIGNATURE_CHARACTERS = 22;

/** The entry of the KeyValueStore with the keys: the current one and, while they are being rotated, the next after a space. */
export const KEYS_ENTRY = 'keys';
