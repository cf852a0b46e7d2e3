import type { Decision, Principal } from '../iam/evaluate';
import type { IncomingBody } from './body';
import type { Bucket, Buckets } from './buckets';
import type { ObjectEvent } from './object-event';
import type { Uploads } from './uploads';

/** An authenticated request for an operation. */
export interface Call {
  principal: Principal;
  /** Decoded. */
  query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: IncomingBody;
  /** Evaluates a permission, and logs a denial. */
  decide(permission: string, bucket: Bucket | undefined, key?: string): Decision;
  buckets: Buckets;
  /** From the request; the bucket may not exist. */
  bucketName: string;
  /** Milliseconds since the epoch, truncated to seconds. */
  now: number;
}

/** An authorised call to an existing bucket. */
export interface BucketCall extends Call {
  bucket: Bucket;
  uploads: Uploads;
  emit(event: Omit<ObjectEvent, 'bucket' | 'sequencer' | 'time'>): void;
}

export interface ObjectCall extends BucketCall {
  key: string;
}
