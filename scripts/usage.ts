/** The command cannot do what it is asked to; nothing has been done. */
export class UsageError extends Error {}
