import type { CloudFrontHeaders } from 'aws-lambda';
import { CACHE_TAG_HEADER } from '../cache-tag';
import { FAILURE_STATUSES, type FailureCode } from '../failure-statuses';
import type { Failure } from '../failure';

/** A refusal to make a variant, which is stored at the variant's key, in the metadata of a small object. */
export interface StoredRefusal {
  failure: Failure;
  /** Hash of the settings that led to it. With another hash the render is tried again. */
  rules: string;
  /** Milliseconds since the epoch; undefined if it is valid for as long as the original stays the same. */
  expires?: number | undefined;
  cacheTag: string;
  /** Of its object, once it is stored. */
  etag?: string | undefined;
}

/** S3's prefix of user-defined metadata in HTTP. */
const PREFIX = 'x-amz-meta-';

/** Names of the metadata. */
const NAMES = {
  code: 'refusal-code',
  line: 'refusal-line',
  rules: 'refusal-rules',
  expires: 'refusal-expires',
} as const;

/** Bytes of the encoded line. With everything else it has to fit into the metadata of an object. */
const LINE_BYTES = 500;

/** When a render that was killed for its cost is tried again, since a slow moment may have been the cause. */
const KILLED_LIFE_MS = 24 * 60 * 60 * 1_000;

/** Whether a failure is certain to recur for as long as the original stays the same. */
export const isLasting = ({ code }: Failure): boolean => FAILURE_STATUSES[code] === 415;

/** When a refusal that is stored now expires; undefined if it is valid for as long as the original stays the same. */
export const expiryOf = ({ killed }: Failure, now = Date.now()): number | undefined =>
  killed ? now + KILLED_LIFE_MS : undefined;

/** Whether a refusal is still valid. Otherwise the render is tried again. */
export const isInForce = (
  { failure, rules, expires }: StoredRefusal,
  currentRules: string,
  now = Date.now(),
): boolean => isLasting(failure) && rules === currentRules && (expires === undefined || now < expires);

/** Percent-encoded, since metadata is ASCII, and cut between two characters. */
function encodeLine(line: string): string {
  let encoded = '';
  for (const character of line) {
    const next = encoded + encodeURIComponent(character.isWellFormed() ? character : '\ufffd');
    if (next.length > LINE_BYTES) break;
    encoded = next;
  }
  return encoded;
}

function decodeLine(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Metadata of the object, in addition to that of every variant. */
export const refusalMetadata = ({
  failure,
  rules,
  expires,
}: Omit<StoredRefusal, 'cacheTag'>): Record<string, string> => ({
  [NAMES.code]: failure.code,
  [NAMES.line]: encodeLine(failure.message),
  [NAMES.rules]: rules,
  ...(expires !== undefined && { [NAMES.expires]: new Date(expires).toISOString() }),
});

/** Reads the metadata of a stored object; undefined for a picture. */
export function parseRefusal(
  metadata: Record<string, string | undefined>,
  etag: string | undefined,
): StoredRefusal | undefined {
  const code = metadata[NAMES.code];
  if (code === undefined) return undefined;
  const expires = metadata[NAMES.expires];
  return {
    // A code that this version does not know is never in force, so the variant is rendered again.
    failure: { code: code as FailureCode, message: decodeLine(metadata[NAMES.line] ?? '') },
    rules: metadata[NAMES.rules] ?? '',
    ...(expires !== undefined && { expires: Date.parse(expires) }),
    cacheTag: metadata[CACHE_TAG_HEADER.slice(PREFIX.length)] ?? '',
    etag,
  };
}

/** Reads the same metadata from the headers of S3's response. Those of a 304, 412 or 416 have none. */
export function refusalOf(headers: CloudFrontHeaders): StoredRefusal | undefined {
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, values]) => [name.slice(PREFIX.length), values[0]?.value]);
  return parseRefusal(Object.fromEntries(metadata), headers['etag']?.[0]?.value);
}
