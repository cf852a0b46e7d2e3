import { type SortedKeys, fromBytes, toBytes } from './sorted-keys';

/** A byte that UTF-8 does not use: `prefix + LAST` sorts after all keys with the prefix. */
const LAST = '\u00ff';

export interface ListingQuery {
  prefix: string;
  delimiter: string;
  /** The first key of the page, as bytes; see `after` and `Listing.next`. */
  start: string;
  /** The maximum of keys and common prefixes together. */
  max: number;
}

export interface Listing {
  keys: string[];
  commonPrefixes: string[];
  /** The start of the next page, as bytes; missing on the last one. */
  next?: string;
}

/** The start of a listing after this key. */
export function after(key: string): string {
  return key === '' ? '' : `${toBytes(key)}\0`;
}

/** A page of a bucket's keys. */
export function list(sorted: SortedKeys, query: ListingQuery): Listing {
  const prefix = toBytes(query.prefix);
  const delimiter = toBytes(query.delimiter);
  const listing: Listing = { keys: [], commonPrefixes: [] };
  let start = query.start > prefix ? query.start : prefix;
  for (let count = 0; ; count += 1) {
    const bytes = sorted.at(sorted.lowerBound(start));
    if (bytes === undefined || !bytes.startsWith(prefix)) return listing;
    if (count >= query.max) return query.max === 0 ? listing : { ...listing, next: start };
    const end = delimiter === '' ? -1 : bytes.indexOf(delimiter, prefix.length);
    const entry = end < 0 ? bytes : bytes.slice(0, end + delimiter.length);
    (end < 0 ? listing.keys : listing.commonPrefixes).push(fromBytes(entry));
    start = end < 0 ? `${bytes}\0` : entry + LAST;
  }
}
