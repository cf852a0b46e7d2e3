/** One request that was answered. */
export interface JournalEntry {
  /** As `describePrincipal` says it. */
  principal: string;
  /** The operation of S3's API: `s3:HeadObject`, not the permission that it takes. */
  action: string;
  bucket: string | undefined;
  key: string | undefined;
  status: number;
}

const KEPT = 10_000;

/** The latest requests, so that a test can count them. */
export class Journal {
  entries: JournalEntry[] = [];

  add(entry: JournalEntry): void {
    this.entries.push(entry);
    if (this.entries.length > 2 * KEPT) this.entries = this.entries.slice(-KEPT);
  }

  /** How many requests of this operation there were, to one bucket or to any. */
  count(action: string, bucket?: string): number {
    return this.entries.filter((entry) => entry.action === action && (bucket === undefined || entry.bucket === bucket))
      .length;
  }

  clear(): void {
    this.entries = [];
  }
}
