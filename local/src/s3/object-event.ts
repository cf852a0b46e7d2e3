/** A change of an object. S3 User Guide: notification-content-structure. */
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
  /** Hexadecimal, ascending: orders the events of a key. */
  sequencer: string;
  /** Milliseconds since the epoch. */
  time: number;
}

/** Generates sequencers. */
export class Sequencer {
  #last = 0n;

  next(milliseconds: number): string {
    const candidate = BigInt(milliseconds) << 16n;
    this.#last = candidate > this.#last ? candidate : this.#last + 1n;
    return this.#last.toString(16).toUpperCase().padStart(18, '0');
  }
}
