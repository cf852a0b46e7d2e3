/** A request and the status of its response. */
export interface JournalEntry {
  /** As `describePrincipal` writes it. */
  principal: string;
  /** The API's operation, such as `s3:HeadObject`, rather than the permission. */
  action: string;
  bucket: string | undefined;
  key: string | undefined;
  status: number;
}

const MIN_ENTRIES = 10_000;

/** The latest requests, for tests. */
export class Journal {
  entries: JournalEntry[] = [];

  add(entry: JournalEntry): void {
    this.entries.push(entry);
    if (this.entries.length > 2 * MIN_ENTRIES) this.entries = this.entries.slice(-MIN_ENTRIES);
  }

  /** Counts an operation's requests, to one bucket or to any. */
  count(action: string, bucket?: string): number {
    return this.entries.filter((entry) => entry.action === action && (bucket === undefined || entry.bucket === bucket))
      .length;
  }

  clear(): void {
    this.entries = [];
  }
}
