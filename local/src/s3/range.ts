import { S3Error } from './errors';

/** Both ends are inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Parses a Range header. S3 ignores a malformed header, and one with several ranges.
 *
 * @throws S3Error `InvalidRange`
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return satisfiable({ start: Math.max(size - Number(last), 0), end: size - 1 }, size, header);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return satisfiable({ start: Number(first), end }, size, header);
}

function satisfiable(range: ByteRange, size: number, header: string | undefined): ByteRange {
  if (range.start < size && range.start <= range.end) return range;
  throw new S3Error('InvalidRange', {
    details: { RangeRequested: header ?? '', ActualObjectSize: size },
    headers: { 'content-range': `bytes */${size}` },
  });
}
