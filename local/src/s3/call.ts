import type { Decision, Principal } from '../iam/evaluate';
import type { IncomingBody } from './body';
import type { Bucket, Buckets } from './buckets';
import type { ObjectEvent } from './events';
import type { Uploads } from './uploads';

/** One authenticated request to an operation. */
export interface Call {
  principal: Principal;
  /** Decoded. */
  query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: IncomingBody;
  /** Decides about a further permission, and logs a refusal. */
  decide(permission: string, bucket: Bucket | undefined, key?: string): Decision;
  buckets: Buckets;
  /** The name in the request, whether or not there is such a bucket. */
  bucketName: string;
  /** Milliseconds since the epoch, in whole seconds. */
  now: number;
}

/** A call to a bucket that exists. */
export interface BucketCall extends Call {
  bucket: Bucket;
  uploads: Uploads;
  emit(event: Omit<ObjectEvent, 'bucket' | 'sequencer' | 'time'>): void;
}

export interface ObjectCall extends BucketCall {
  key: string;
}
