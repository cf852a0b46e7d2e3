/** What goes wrong with files most, in words. */
const WHY: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
};

/** Why something failed, as the end of a sentence. `fetch` has it in the cause of its error. */
export function whyOf(error: unknown): string {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return (code !== undefined && WHY[code]) || message.replace(/\.$/, '');
}
