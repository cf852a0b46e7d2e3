/** Raised by every change that gives the same variant of the same original other bytes. */
export const RENDERER_VERSION = 6;
