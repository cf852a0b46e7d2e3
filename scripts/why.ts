/** What goes wrong most, in words. */
const WHY: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
  ENOSPC: 'the disk is full',
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
};

/** Why something failed, as the end of a sentence. `fetch` has it in the cause of its error. */
export function whyOf(error: unknown): string {
  const { code = '', name, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'there was no answer in time';
  // OpenSSL tells its source file and line.
  if (/^(EPROTO|ERR_SSL_)/.test(code)) return 'TLS fails there; if it speaks plain HTTP, begin with http://';
  return WHY[code] ?? (message.trim().split('\n')[0]!.replace(/\.$/, '') || code);
}
