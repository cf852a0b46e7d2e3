import type { Reply } from '../../http/reply';
import { receiveText } from '../body';
import type { BucketCall, Call } from '../call';
import { S3Error } from '../errors';
import { parseXml, xmlReply } from '../xml';

const US_EAST_1 = 'us-east-1';

export function listBuckets({ buckets }: Call): Reply {
  const list = buckets.all().map(({ name, region, created }) => ({
    Name: name,
    CreationDate: new Date(created).toISOString(),
    BucketRegion: region,
  }));
  return xmlReply('ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket: list } });
}

export async function createBucket({ buckets, bucketName, body, now }: Call): Promise<Reply> {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName)) {
    throw new S3Error('InvalidArgument', { message: 'The specified bucket is not valid.' });
  }
  const document = await receiveText(body);
  if (buckets.get(bucketName)) throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: bucketName } });
  const location = document === '' ? undefined : parseXml(document, 'CreateBucketConfiguration')['LocationConstraint'];
  const region = typeof location === 'string' && location !== '' ? location : US_EAST_1;
  await buckets.create({ name: bucketName, region, policy: [] }, now);
  return { status: 200, headers: { location: `/${bucketName}` } };
}

export function headBucket({ bucket }: BucketCall): Reply {
  return { status: 200, headers: { 'x-amz-bucket-region': bucket.region } };
}

export function getBucketLocation({ bucket }: BucketCall): Reply {
  // For us-east-1, S3's element is empty.
  const location = bucket.region === US_EAST_1 ? '' : bucket.region;
  return xmlReply('LocationConstraint', { '#text': location });
}

export async function deleteBucket({ bucket, buckets }: BucketCall): Promise<Reply> {
  if (bucket.store.keys.size > 0) throw new S3Error('BucketNotEmpty', { details: { BucketName: bucket.name } });
  await buckets.remove(bucket);
  return { status: 204 };
}
