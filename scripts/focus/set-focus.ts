import { CopyObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { FOCUS_METADATA, type Focus, type Point, focusOf, printPoint } from '../../edge/focus';
import { S3_API } from '../../edge/limits';
import { encodeKey } from '../../edge/path';
import { whyOf } from '../why';

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** @throws Error of one line */
async function headOf(s3: S3Client, bucket: string, key: string): Promise<HeadObjectCommandOutput> {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (statusOf(error) === 404) throw new Error(`There is no ${key} in ${bucket}.`, { cause: error });
    throw new Error(`${key} cannot be read: ${whyOf(error)}.`, { cause: error });
  }
}

/**
 * Reads the focal point of an original.
 * @param key in the bucket, with the prefix of the originals
 * @throws Error of one line
 */
export const readFocus = async (s3: S3Client, bucket: string, key: string): Promise<Focus> =>
  focusOf((await headOf(s3, bucket, key)).Metadata);

/**
 * Why copying an original onto itself would lose something.
 * S3 User Guide: UsingMetadata; S3 API Reference: CopyObject, HeadObject.
 */
function obstacleOf({
  ContentLength = 0,
  MissingMeta = 0,
  ExpiresString,
}: HeadObjectCommandOutput): string | undefined {
  if (ContentLength > S3_API.copyBytes) {
    return `it has ${ContentLength} bytes, and S3 copies ${S3_API.copyBytes} at once`;
  }
  if (MissingMeta > 0) return 'it has metadata that HTTP cannot carry, which would be lost';
  if (ExpiresString !== undefined && Number.isNaN(Date.parse(ExpiresString))) {
    return `its Expires is no date (${JSON.stringify(ExpiresString)}), and would be lost`;
  }
  return undefined;
}

/**
 * Sets or removes the focal point of an original by copying the object onto itself. The copy repeats the other metadata, the
 * type and the like, storage class and encryption; S3 copies tags by default.
 * @param key in the bucket, with the prefix of the originals
 * @param point undefined removes it
 * @throws Error of one line; then nothing has changed
 */
export async function setFocus(s3: S3Client, bucket: string, key: string, point: Point | undefined): Promise<void> {
  const head = await headOf(s3, bucket, key);
  const obstacle = obstacleOf(head);
  if (obstacle) throw new Error(`${key} stays as it is: ${obstacle}.`);
  const { [FOCUS_METADATA]: before, ...others } = head.Metadata ?? {};
  const after = point && printPoint(point);
  if (before === after) return;
  try {
    await s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: `${bucket}/${encodeKey(key)}`,
        // Never overwrite a picture that was uploaded in the meantime.
        CopySourceIfMatch: head.ETag,
        IfMatch: head.ETag,
        MetadataDirective: 'REPLACE',
        Metadata: after === undefined ? others : { ...others, [FOCUS_METADATA]: after },
        CacheControl: head.CacheControl,
        ContentDisposition: head.ContentDisposition,
        ContentEncoding: head.ContentEncoding,
        ContentLanguage: head.ContentLanguage,
        ContentType: head.ContentType,
        Expires: head.ExpiresString === undefined ? undefined : new Date(head.ExpiresString),
        WebsiteRedirectLocation: head.WebsiteRedirectLocation,
        StorageClass: head.StorageClass,
        ServerSideEncryption: head.ServerSideEncryption,
        SSEKMSKeyId: head.SSEKMSKeyId,
        BucketKeyEnabled: head.BucketKeyEnabled,
      }),
    );
  } catch (error) {
    const why = statusOf(error) === 412 ? 'another one was uploaded at this moment' : whyOf(error);
    throw new Error(`${key} stays as it is: ${why}.`, { cause: error });
  }
}
