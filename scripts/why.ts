/** Descriptions of system error codes and of AWS error names. */
const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
  ENOSPC: 'the disk is full',
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'there is no such host',
  CredentialsProviderError: 'there are no AWS credentials; `aws sts get-caller-identity` says whether yours work',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'access is denied',
  InvalidAccessKeyId: 'the AWS credentials are not known',
  ExpiredToken: 'the AWS credentials have expired',
};

/** Why something failed, as the end of a sentence. In an error of `fetch`, the reason is its cause. */
export function whyOf(error: unknown): string {
  const { code = '', name, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'there was no answer in time';
  // OpenSSL's own messages have its source file and line.
  if (/^(EPROTO|ERR_SSL_)/.test(code)) return 'TLS fails there; if it speaks plain HTTP, begin with http://';
  return WORDS[code] ?? WORDS[name] ?? (message.trim().split('\n')[0]!.replace(/\.$/, '') || code);
}
