import { randomBytes, randomUUID } from 'node:crypto';
import type { BucketNotification } from '../deployment/deployment';
import type { ObjectEvent } from '../s3/events';

/** A change of an object; the local S3 has no lifecycle rules, but a test may have them remove something. */
export type StorageEvent = Omit<ObjectEvent, 'type'> & {
  type: ObjectEvent['type'] | 'LifecycleExpiration:Delete' | 'LifecycleExpiration:DeleteMarkerCreated';
};

/** Where a bucket is and whose it is. */
export interface Place {
  account: string;
  region: string;
}

/** Whether a bucket's configuration sends an event to its queue. */
export function isSelected({ events, prefix, suffix }: BucketNotification, { type, key }: StorageEvent): boolean {
  const [family] = type.split(':');
  const isNamed = events.some((event) => event === `s3:${type}` || event === `s3:${family}:*`);
  return isNamed && key.startsWith(prefix) && key.endsWith(suffix);
}

/**
 * The message of one event. S3 User Guide: notification-content-structure. The key is form-encoded, with a plus for
 * each space.
 */
export function notificationOf(event: StorageEvent, { account, region }: Place): string {
  const { type, bucket, key, etag, size, sequencer, time } = event;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(time).toISOString(),
        eventName: type,
        userIdentity: { principalId: `AWS:${account}` },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': requestId(), 'x-amz-id-2': randomBytes(48).toString('base64') },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: randomUUID(),
          bucket: { name: bucket, ownerIdentity: { principalId: account }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: formEncode(key),
            ...(size !== undefined && { size }),
            ...(etag !== undefined && { eTag: etag }),
            sequencer,
          },
        },
      },
    ],
  });
}

/** The message that S3 sends when a notification is configured, to test its permission. */
export const testEventOf = (bucket: string, time: number): string =>
  JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(time).toISOString(),
    Bucket: bucket,
    RequestId: requestId(),
    HostId: randomBytes(48).toString('base64'),
  });

export const requestId = (): string => randomBytes(8).toString('hex').toUpperCase();

const formEncode = (key: string): string =>
  encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
