/**
 * Numbers of the URL grammar. This file has no imports, since the bundler inlines only constants that come before all
 * else, and the CloudFront Function has no bytes to spare.
 */

/** The largest width or height that a URL can ask for, in pixels. */
export const MAX_SIDE = 16_384;

/** The most values that a message lists: a terminal shows them in two lines. */
export const MAX_LISTED = 20;

/** Hex digits of a generation, the first segment of every key in the variants bucket. */
export const GENERATION_CHARACTERS = 8;

/** Hex digits of a variant's digest, which follows a `~` at the end of its second name. */
export const DIGEST_CHARACTERS = 8;

/** The edges of a crop are in this many parts of a side of the original. */
export const CROP_PARTS = 10_000;
