import { randomUUID } from 'node:crypto';
import { KEY_VALUE_STORE } from '../../../edge/limits';
import type { Clock } from '../clock';
import { ServiceError } from '../http/service-error';
import type { PersistentMap } from '../persistent-map';

export interface StoreEntry {
  key: string;
  value: string;
}

export interface StoreUpdate {
  puts: StoreEntry[];
  deletes: string[];
}

/** How long a change takes to reach the edges: a few seconds, says AWS, without a bound. DG: kvs-with-functions. */
export const PROPAGATION_MS = 10_000;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** A KeyValueStore. Its API shows a change at once, functions see it a while later. */
export class KeyValueStore {
  readonly arn: string;
  readonly created: number;
  readonly #clock: Clock;
  readonly #entries: PersistentMap<StoreEntry>;
  #visible: Readonly<Record<string, string>>;
  #etag = newEtag();
  #modified: number;

  constructor(arn: string, clock: Clock, entries: PersistentMap<StoreEntry>) {
    this.arn = arn;
    this.#clock = clock;
    this.#entries = entries;
    this.#visible = this.#snapshot();
    this.created = clock.now();
    this.#modified = this.created;
  }

  get etag(): string {
    return this.#etag;
  }

  get modified(): number {
    return this.#modified;
  }

  /** The entries that functions see. */
  get visible(): Readonly<Record<string, string>> {
    return this.#visible;
  }

  get(key: string): string | undefined {
    return this.#entries.get(key)?.value;
  }

  list(): StoreEntry[] {
    return [...this.#entries.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  bytes(): number {
    return this.list().reduce((sum, { key, value }) => sum + bytesOf(key) + bytesOf(value), 0);
  }

  /**
   * Changes entries, all of them or none.
   * @param ifMatch the store's current ETag
   * @throws ServiceError as AWS does. CloudFront KeyValueStore API Reference: UpdateKeys
   */
  update({ puts, deletes }: StoreUpdate, ifMatch: string | undefined): void {
    if (ifMatch === undefined) throw new ServiceError(400, 'ValidationException', 'If-Match is missing.');
    if (ifMatch !== this.#etag) {
      throw new ServiceError(409, 'ConflictException', 'The store has changed: it has another ETag.');
    }
    checkUpdate(puts, deletes);
    const missing = deletes.find((key) => this.#entries.get(key) === undefined);
    if (missing !== undefined) throw new ServiceError(404, 'ResourceNotFoundException', `There is no key ${missing}.`);
    const updated = Object.entries({
      ...this.#snapshot(),
      ...Object.fromEntries(puts.map((put) => [put.key, put.value])),
    });
    if (updated.reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0) > KEY_VALUE_STORE.storeBytes) {
      throw new ServiceError(402, 'ServiceQuotaExceededException', 'The store would be too large.');
    }
    for (const put of puts) this.#entries.set(put);
    for (const key of deletes) this.#entries.delete(key);
    this.#etag = newEtag();
    this.#modified = this.#clock.now();
    const next = this.#snapshot();
    this.#clock.after(PROPAGATION_MS, () => (this.#visible = next));
  }

  #snapshot(): Record<string, string> {
    return Object.fromEntries([...this.#entries.values()].map(({ key, value }) => [key, value]));
  }
}

const newEtag = (): string => `KV${randomUUID().replaceAll('-', '').toUpperCase()}`;

function checkUpdate(puts: StoreEntry[], deletes: string[]): void {
  const refuse = (message: string): never => {
    throw new ServiceError(400, 'ValidationException', message);
  };
  if (puts.length + deletes.length > KEY_VALUE_STORE.updatedKeys) {
    refuse(`An update has at most ${KEY_VALUE_STORE.updatedKeys} keys.`);
  }
  const keys = [...puts.map(({ key }) => key), ...deletes];
  if (new Set(keys).size !== keys.length) refuse('A key is named twice.');
  for (const key of keys) {
    if (!key || bytesOf(key) > KEY_VALUE_STORE.keyBytes) refuse(`A key has 1 to ${KEY_VALUE_STORE.keyBytes} bytes.`);
  }
  for (const { value } of puts) {
    if (!value || bytesOf(value) > KEY_VALUE_STORE.valueBytes) {
      refuse(`A value has 1 to ${KEY_VALUE_STORE.valueBytes} bytes.`);
    }
  }
}
