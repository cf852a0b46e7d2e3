import { randomBytes, randomUUID } from 'node:crypto';
import type { BucketNotification } from '../deployment/deployment';
import type { ObjectEvent } from '../s3/object-event';

/** An event of a bucket. The local S3 has no lifecycle rules, but tests send their events. */
export type StorageEvent = Omit<ObjectEvent, 'type'> & {
  type: ObjectEvent['type'] | 'LifecycleExpiration:Delete' | 'LifecycleExpiration:DeleteMarkerCreated';
};

export interface BucketLocation {
  account: string;
  region: string;
}

/** Whether a notification's event types and filters match an event. */
export function matchesNotification(
  { events, prefix, suffix }: BucketNotification,
  { type, key }: StorageEvent,
): boolean {
  const [family] = type.split(':');
  const isListed = events.some((event) => event === `s3:${type}` || event === `s3:${family}:*`);
  return isListed && key.startsWith(prefix) && key.endsWith(suffix);
}

/** The message of an event. The key is form-encoded. S3 User Guide: notification-content-structure. */
export function notificationOf(event: StorageEvent, { account, region }: BucketLocation): string {
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

/** The message with which S3 tests a new notification. */
export const testNotificationOf = (bucket: string, time: number): string =>
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
