import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Statement } from '../iam/policy';
import { BucketStore } from './bucket-store';

export interface BucketDefinition {
  name: string;
  region: string;
  /** Empty for none. */
  policy: readonly Statement[];
  /** A versioned bucket emits delete markers; the versions themselves are not modelled. */
  versioned?: boolean;
}

export interface Bucket extends Required<BucketDefinition> {
  arn: string;
  /** Milliseconds since the epoch. */
  created: number;
  store: BucketStore;
}

interface SavedBucket {
  name: string;
  region: string;
  created: number;
}

/** The buckets of the template, and those that requests created. */
export class Buckets {
  readonly #directory: string;
  readonly #buckets = new Map<string, Bucket>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string, definitions: readonly BucketDefinition[], now: number): Promise<Buckets> {
    const buckets = new Buckets(directory);
    await mkdir(directory, { recursive: true });
    for (const { created, ...saved } of await buckets.#saved()) await buckets.#add({ ...saved, policy: [] }, created);
    for (const definition of definitions) await buckets.create(definition, now);
    return buckets;
  }

  get(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds a bucket. One of the same name from an earlier run keeps its objects. */
  async create(definition: BucketDefinition, now: number): Promise<void> {
    const previous = this.#buckets.get(definition.name);
    previous?.store.close();
    await this.#add(definition, previous?.created ?? now);
    await this.#save();
  }

  async remove(bucket: Bucket): Promise<void> {
    this.#buckets.delete(bucket.name);
    bucket.store.close();
    await rm(this.#folder(bucket.name), { recursive: true });
    await this.#save();
  }

  close(): void {
    for (const { store } of this.#buckets.values()) store.close();
  }

  async #add(definition: BucketDefinition, created: number): Promise<void> {
    const store = await BucketStore.open(this.#folder(definition.name));
    const arn = `arn:aws:s3:::${definition.name}`;
    this.#buckets.set(definition.name, { versioned: false, ...definition, arn, created, store });
  }

  #folder(name: string): string {
    return path.join(this.#directory, name);
  }

  async #saved(): Promise<SavedBucket[]> {
    const text = await readFile(this.#listFile(), 'utf8').catch(() => '[]');
    return JSON.parse(text) as SavedBucket[];
  }

  async #save(): Promise<void> {
    const saved: SavedBucket[] = this.all().map(({ name, region, created }) => ({ name, region, created }));
    await writeFile(`${this.#listFile()}.new`, JSON.stringify(saved));
    await rename(`${this.#listFile()}.new`, this.#listFile());
  }

  #listFile(): string {
    return path.join(this.#directory, 'buckets.json');
  }
}
