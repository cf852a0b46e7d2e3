/** Raised by every change after which the same variant of the same original would get other bytes. */
export const RENDERER_VERSION = 6;
