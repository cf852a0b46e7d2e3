/** A change of an object, as an S3 event notification tells it. S3 User Guide: notification-content-structure. */
export interface ObjectEvent {
  type:
    | 'ObjectCreated:Put'
    | 'ObjectCreated:Copy'
    | 'ObjectCreated:CompleteMultipartUpload'
    | 'ObjectRemoved:Delete'
    | 'ObjectRemoved:DeleteMarkerCreated';
  bucket: string;
  key: string;
  /** Without quotes. */
  etag?: string;
  /** Bytes. */
  size?: number;
  /** Hexadecimal; of two events of one key, the later has the greater. */
  sequencer: string;
  /** Milliseconds since the epoch. */
  time: number;
}

/** Hands out sequencers. */
export class Sequencer {
  #last = 0n;

  next(milliseconds: number): string {
    const candidate = BigInt(milliseconds) << 16n;
    this.#last = candidate > this.#last ? candidate : this.#last + 1n;
    return this.#last.toString(16).toUpperCase().padStart(18, '0');
  }
}
