import { toBytes, fromBytes } from './sorted-keys';
import type { SortedKeys } from './sorted-keys';

/** A byte that UTF-8 never has: a prefix with it sorts after every key with that prefix, and before the next key. */
const AFTER_ALL = '\u00ff';

export interface ListingQuery {
  prefix: string;
  delimiter: string;
  /** Where to begin, as bytes; see `after` and `Listing.next`. */
  start: string;
  /** Keys and common prefixes together, at most. */
  max: number;
}

export interface Listing {
  keys: string[];
  commonPrefixes: string[];
  /** The start of the next page, as bytes. Missing on the last page. */
  next?: string;
}

/** The start of a listing that follows this key. */
export function after(key: string): string {
  return key === '' ? '' : `${toBytes(key)}\0`;
}

/** One page of a bucket's keys in the order of their UTF-8 bytes. */
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
    start = end < 0 ? `${bytes}\0` : entry + AFTER_ALL;
  }
}
