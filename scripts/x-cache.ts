/**
 * Who answered, by CloudFront's header `x-cache`: its cache, its cache after the origin revalidated the copy, or a function at
 * viewer-request. Undefined if the origin answered, or without the header.
 */
export function servedBy(headers: Readonly<Record<string, string>>): 'cache' | 'revalidation' | 'function' | undefined {
  const text = headers['x-cache'] ?? '';
  if (/^Hit/i.test(text)) return 'cache';
  if (/^RefreshHit/i.test(text)) return 'revalidation';
  return /^FunctionGenerated/i.test(text) ? 'function' : undefined;
}
