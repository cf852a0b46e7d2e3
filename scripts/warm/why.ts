/** What goes wrong most, in words. */
const WHY: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
};

/** Why something failed, as the end of a sentence. `fetch` has it in the cause of its error. */
export function whyOf(error: unknown): string {
  const { code = '', name, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'there was no answer in time';
  return WHY[code] ?? (message.replace(/\.$/, '') || code);
}
