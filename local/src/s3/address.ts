import { encodeUri } from '../iam/signature';
import { S3Error } from './errors';

/** The bucket, the key and the parameters of a request, decoded. */
export interface Address {
  bucket: string | undefined;
  key: string | undefined;
  /** A repeated parameter has its last value; one without `=` is empty. */
  query: ReadonlyMap<string, string>;
  /** The path of the canonical request. It is encoded anew, since clients differ in which characters they escape. */
  canonicalPath: string;
}

const VIRTUAL_HOSTS = [/^(.+?)\.(?:s3\.)?localhost$/, /^(.+?)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/];

/**
 * Parses a request's target, in path style (`/bucket/key`) or virtual-hosted style (`bucket.localhost`,
 * `bucket.s3.REGION.amazonaws.com`).
 *
 * As in S3, a plain `+` in a path is a space and `%2B` a plus. Dot segments are part of the key.
 *
 * @throws S3Error `InvalidURI` for escapes that are not UTF-8
 */
export function parseAddress(host: string, target: string): Address {
  const questionMark = target.indexOf('?');
  const path = questionMark < 0 ? target : target.slice(0, questionMark);
  const query = parseQuery(questionMark < 0 ? '' : target.slice(questionMark + 1));
  const canonicalPath = path.split('/').map(decode).map(encodeUri).join('/');
  const bucketOfHost = virtualBucket(host);
  const rest = path.slice(1);
  if (bucketOfHost !== undefined) return { bucket: bucketOfHost, key: keyOf(rest), query, canonicalPath };
  const slash = rest.indexOf('/');
  const bucket = decode(slash < 0 ? rest : rest.slice(0, slash)) || undefined;
  return { bucket, key: slash < 0 ? undefined : keyOf(rest.slice(slash + 1)), query, canonicalPath };
}

/** Parses the `bucket/key` of a copy source, with or without a leading slash. */
export function parseCopySource(source: string): { bucket: string; key: string } {
  const { bucket, key } = parseAddress('', source.startsWith('/') ? source : `/${source}`);
  if (bucket === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', { message: 'Copy Source must mention the source bucket and key' });
  }
  return { bucket, key };
}

function virtualBucket(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  for (const pattern of VIRTUAL_HOSTS) {
    const bucket = pattern.exec(name)?.[1];
    if (bucket !== undefined && bucket !== 's3') return bucket;
  }
  return undefined;
}

function keyOf(path: string): string | undefined {
  return decode(path.replaceAll('+', ' ')) || undefined;
}

function parseQuery(query: string): ReadonlyMap<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [decode(name), decode(value.join('='))];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}
