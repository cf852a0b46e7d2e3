import { S3_API } from '../../../edge/limits';
import type { StoredObject } from './bucket-store';
import { checksumHeader } from './checksums';
import { S3Error } from './errors';

type Headers = Readonly<Record<string, string>>;

const REDIRECT = 'x-amz-website-redirect-location';
const STORED = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  REDIRECT,
]);

/** Storage classes with immediate access. Responses do not name STANDARD. */
const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);
const STORAGE_CLASS = 'x-amz-storage-class';

const DEFAULT_TYPE = 'binary/octet-stream';
const ENCRYPTION = { 'x-amz-server-side-encryption': 'AES256' };

/**
 * The headers of an upload that are stored with the object.
 *
 * @throws S3Error `MetadataTooLarge`, `AccessControlListNotSupported`, `InvalidStorageClass` or `NotImplemented`
 */
export function headersToStore(headers: Headers): Record<string, string> {
  rejectUnsupported(headers);
  const stored: Record<string, string> = { 'content-type': DEFAULT_TYPE };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) metadataBytes += name.length - 'x-amz-meta-'.length + value.length;
    if (isMetadata || STORED.has(name)) stored[name] = value;
  }
  if (metadataBytes > S3_API.metadataBytes) throw new S3Error('MetadataTooLarge');
  const encoding = stored['content-encoding']?.replace(/\baws-chunked\b,?\s*/, '').replace(/,\s*$/, '');
  if (encoding) stored['content-encoding'] = encoding;
  else delete stored['content-encoding'];
  return { ...stored, ...storageClassOf(headers) };
}

/** The storage class of a request: a copy does not take its source's. */
function storageClassOf({ [STORAGE_CLASS]: name = 'STANDARD' }: Headers): Record<string, string> {
  if (!STORAGE_CLASSES.has(name)) throw new S3Error('InvalidStorageClass');
  return name === 'STANDARD' ? {} : { [STORAGE_CLASS]: name };
}

/**
 * The headers of a copy with its source's metadata; storage class and redirect are the request's.
 * S3 API Reference: CopyObject.
 */
export function copiedHeaders(source: StoredObject, headers: Headers): Record<string, string> {
  rejectUnsupported(headers);
  const { [STORAGE_CLASS]: _class, [REDIRECT]: _redirect, ...kept } = source.headers;
  const redirect = headers[REDIRECT];
  return { ...kept, ...(redirect !== undefined && { [REDIRECT]: redirect }), ...storageClassOf(headers) };
}

/** Headers of the response to a PUT. */
export function putHeaders(object: StoredObject): Record<string, string> {
  return { etag: `"${object.etag}"`, ...ENCRYPTION, ...checksumHeaders(object) };
}

/** Headers of the response to a GET or HEAD. The query may override some. S3 API Reference: GetObject. */
export function readHeaders(object: StoredObject, query: ReadonlyMap<string, string>): Record<string, string> {
  const overrides = [...query].filter(([name]) => name.startsWith('response-'));
  return {
    ...object.headers,
    ...Object.fromEntries(overrides.map(([name, value]) => [name.slice('response-'.length), value])),
    ...validators(object),
    ...ENCRYPTION,
    'accept-ranges': 'bytes',
  };
}

/** Headers of a 304. */
export function notModifiedHeaders(object: StoredObject): Record<string, string> {
  const kept = ['cache-control', 'expires'].flatMap((name) => {
    const value = object.headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), ...validators(object) };
}

export function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

function validators(object: StoredObject): Record<string, string> {
  return { etag: `"${object.etag}"`, 'last-modified': new Date(object.modified).toUTCString() };
}

/** Refuses headers that are not modelled, rather than ignore them. */
function rejectUnsupported(headers: Headers): void {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new S3Error('AccessControlListNotSupported');
  }
  const unsupported = ['x-amz-tagging', 'x-amz-object-lock-mode', 'x-amz-server-side-encryption-customer-algorithm'];
  const found = unsupported.find((name) => headers[name] !== undefined);
  if (found !== undefined) throw new S3Error('NotImplemented', { details: { Header: found } });
  if ((headers['x-amz-server-side-encryption'] ?? 'AES256') !== 'AES256') {
    throw new S3Error('NotImplemented', { details: { Header: 'x-amz-server-side-encryption' } });
  }
  // Archived objects cannot be read at once, which is not modelled.
  if (['GLACIER', 'DEEP_ARCHIVE'].includes(headers[STORAGE_CLASS] ?? '')) {
    throw new S3Error('NotImplemented', { details: { Header: STORAGE_CLASS } });
  }
}
