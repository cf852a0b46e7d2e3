/** The fewest characters of a signature in a URL, which may be truncated. Each has 6 bits. */
export const SIGNATURE_CHARACTERS = 22;

/** The entry of the KeyValueStore with the keys: the current one and, during a rotation, the next after a space. */
export const KEYS_ENTRY = 'keys';
