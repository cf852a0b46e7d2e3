/**
 * Numbers of what the names of variants are made of. They have a file without imports, since the bundler only puts numbers
 * where they are used that stand before all else.
 */

/** Length of a generation, the first segment of every key in the variants bucket: hex digits. */
export const GENERATION_CHARACTERS = 8;

/** Length of a variant's digest, which follows a `~` at the end of its second name: hex digits. */
export const DIGEST_CHARACTERS = 8;

/** What a side of an original has for the edges of a crop. */
export const CROP_PARTS = 10_000;
