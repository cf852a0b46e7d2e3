import type { Reply } from '../http/reply';
import type { BucketCall, Call, ObjectCall } from './call';
import type { Address } from './address';
import { S3Error } from './errors';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './operations/buckets';
import { copyObject } from './operations/copy-object';
import { deleteObject, deleteObjects } from './operations/delete-objects';
import { getObject, headObject } from './operations/get-object';
import { listObjectsV2 } from './operations/list-objects';
import * as multipart from './operations/multipart';
import { putObject } from './operations/put-object';

interface RouteBase {
  /** The operation's name in S3's API. */
  name: string;
  method: string;
  /** Required query parameters. */
  query?: readonly string[];
  /** A required header. */
  header?: string;
  /** Checked before the operation; an operation without one checks its own. */
  permission?: string;
}

export type Route = RouteBase &
  (
    | { on: 'service' | 'new bucket'; run: (call: Call) => Reply | Promise<Reply> }
    | { on: 'bucket'; run: (call: BucketCall) => Reply | Promise<Reply> }
    | { on: 'object'; run: (call: ObjectCall) => Reply | Promise<Reply> }
  );

const COPY = 'x-amz-copy-source';
const PART = ['partNumber', 'uploadId'];

/**
 * The operations and their permissions. The first that fits a request handles it.
 * S3 User Guide: using-with-s3-policy-actions.
 */
export const ROUTES: readonly Route[] = [
  { on: 'service', name: 'ListBuckets', method: 'GET', permission: 's3:ListAllMyBuckets', run: listBuckets },
  { on: 'new bucket', name: 'CreateBucket', method: 'PUT', permission: 's3:CreateBucket', run: createBucket },
  { on: 'bucket', name: 'HeadBucket', method: 'HEAD', permission: 's3:ListBucket', run: headBucket },
  { on: 'bucket', name: 'DeleteBucket', method: 'DELETE', permission: 's3:DeleteBucket', run: deleteBucket },
  {
    on: 'bucket',
    name: 'GetBucketLocation',
    method: 'GET',
    query: ['location'],
    permission: 's3:GetBucketLocation',
    run: getBucketLocation,
  },
  {
    on: 'bucket',
    name: 'ListMultipartUploads',
    method: 'GET',
    query: ['uploads'],
    permission: 's3:ListBucketMultipartUploads',
    run: multipart.listMultipartUploads,
  },
  {
    on: 'bucket',
    name: 'ListObjectsV2',
    method: 'GET',
    query: ['list-type'],
    permission: 's3:ListBucket',
    run: listObjectsV2,
  },
  { on: 'bucket', name: 'DeleteObjects', method: 'POST', query: ['delete'], run: deleteObjects },
  {
    on: 'object',
    name: 'ListParts',
    method: 'GET',
    query: ['uploadId'],
    permission: 's3:ListMultipartUploadParts',
    run: multipart.listParts,
  },
  { on: 'object', name: 'GetObject', method: 'GET', permission: 's3:GetObject', run: getObject },
  { on: 'object', name: 'HeadObject', method: 'HEAD', permission: 's3:GetObject', run: headObject },
  {
    on: 'object',
    name: 'UploadPartCopy',
    method: 'PUT',
    query: PART,
    header: COPY,
    permission: 's3:PutObject',
    run: multipart.uploadPartCopy,
  },
  {
    on: 'object',
    name: 'UploadPart',
    method: 'PUT',
    query: PART,
    permission: 's3:PutObject',
    run: multipart.uploadPart,
  },
  { on: 'object', name: 'CopyObject', method: 'PUT', header: COPY, permission: 's3:PutObject', run: copyObject },
  { on: 'object', name: 'PutObject', method: 'PUT', permission: 's3:PutObject', run: putObject },
  {
    on: 'object',
    name: 'CreateMultipartUpload',
    method: 'POST',
    query: ['uploads'],
    permission: 's3:PutObject',
    run: multipart.createMultipartUpload,
  },
  {
    on: 'object',
    name: 'CompleteMultipartUpload',
    method: 'POST',
    query: ['uploadId'],
    permission: 's3:PutObject',
    run: multipart.completeMultipartUpload,
  },
  {
    on: 'object',
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    query: ['uploadId'],
    permission: 's3:AbortMultipartUpload',
    run: multipart.abortMultipartUpload,
  },
  { on: 'object', name: 'DeleteObject', method: 'DELETE', permission: 's3:DeleteObject', run: deleteObject },
];

/** Query parameters of operations that are not modelled; the last two are of presigned URLs. */
const NOT_MODELLED =
  /^(accelerate|acl|analytics|attributes|cors|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|logging|metrics|notification|object-lock|ownershipControls|partNumber|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|versionId|versioning|versions|website|AWSAccessKeyId|X-Amz-Algorithm)$/;

/**
 * The operation of a request.
 *
 * @throws S3Error `NotImplemented` or `MethodNotAllowed`
 */
export function findRoute(method: string, address: Address, headers: Readonly<Record<string, string>>): Route {
  const fits = ROUTES.filter((route) => route.method === method && isOn(route, address));
  const route = fits.find(
    ({ query = [], header }) =>
      query.every((name) => address.query.has(name)) && (header === undefined || headers[header] !== undefined),
  );
  const notModelled = [...address.query.keys()].find(
    (name) => NOT_MODELLED.test(name) && !route?.query?.includes(name),
  );
  if (notModelled !== undefined) throw new S3Error('NotImplemented', { details: { Header: notModelled } });
  if (route) return route;
  if (method !== 'GET') throw new S3Error('MethodNotAllowed', { details: { Method: method } });
  throw new S3Error('NotImplemented', {
    message: `Of GET requests, these are modelled here: ${fits.map(({ name }) => name).join(', ')}.`,
  });
}

function isOn({ on }: Route, { bucket, key }: Address): boolean {
  if (bucket === undefined) return on === 'service';
  return key === undefined ? on === 'bucket' || on === 'new bucket' : on === 'object';
}
