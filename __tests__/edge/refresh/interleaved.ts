import type fc from 'fast-check';
import type { Task } from '../../../edge/refresh/messages';
import { type Change, type Services, pass } from '../../../edge/refresh/pass';

/** What happens from outside, in the order in which it begins; how it interleaves, the scheduler decides. */
export type Action =
  { do: 'overwrite'; version: string } | { do: 'remove' } | { do: 'ask'; variant: string } | { do: 'repeat the event' };

const KEY = 'a.jpg';

/** S3 and CloudFront with one original, every step of every actor taken in an order that the scheduler chooses. */
export class Interleaved {
  readonly #scheduler: fc.Scheduler;
  readonly #fails: () => boolean;
  /** Version of the original; nothing if there is none. */
  original: string | undefined = 'first';
  /** The original that each stored variant was made from. */
  readonly stored = new Map<string, string>();
  /** The same for what the CDN holds; '' for a 404, which ends by itself. */
  readonly cached = new Map<string, string>();
  /** Requests on their way to an answer: none lives longer than the delay of a repeated pass. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #work = new Set<Promise<void>>();

  constructor(scheduler: fc.Scheduler, fails: () => boolean) {
    this.#scheduler = scheduler;
    this.#fails = fails;
  }

  async run(actions: Action[]): Promise<void> {
    for (const action of actions) {
      await this.#step(action.do);
      this.#begin(action);
    }
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #begin(action: Action): void {
    if (action.do === 'ask') {
      const request = this.#request(action.variant);
      this.#underWay.add(request);
      this.#do(request.finally(() => this.#underWay.delete(request)));
      return;
    }
    if (action.do === 'overwrite') this.original = action.version;
    if (action.do === 'remove') this.original = undefined;
    this.#do(this.#receive({ changed: KEY }));
  }

  #do(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  #step(name: string): Promise<void> {
    return this.#scheduler.schedule(Promise.resolve(), name);
  }

  /** A step of the refresh function, which may fail before or after it takes effect. */
  async #fallible<T>(name: string, effect: () => T): Promise<T> {
    await this.#step(name);
    if (this.#fails()) throw new Error(`${name} failed`);
    const result = effect();
    if (this.#fails()) throw new Error(`${name} was not answered`);
    return result;
  }

  /** A viewer's request: from the cache, from S3, or rendered, stored and returned. */
  async #request(variant: string): Promise<void> {
    await this.#step('look into the cache');
    if (this.cached.has(variant)) return;
    await this.#step('get the variant');
    const found = this.stored.get(variant);
    if (found !== undefined) {
      await this.#step('answer from S3');
      this.cached.set(variant, found);
      return;
    }
    await this.#step('get the original');
    const original = this.original;
    if (original === undefined) return;
    await this.#step('put the variant');
    this.stored.set(variant, original);
    await this.#step('answer inline');
    this.cached.set(variant, original);
  }

  async #receive(message: Task): Promise<void> {
    await this.#step('deliver');
    if ('eager' in message) return;
    const isNew = 'changed' in message;
    const change: Change = { key: KEY, isNew, listed: !isNew && message.listed };
    const { failures } = await pass([change], this.#services());
    if (failures.size > 0) this.#do(this.#receive(message));
  }

  #services(): Services {
    return {
      storage: {
        originalVersion: () => this.#fallible('head the original', () => this.original),
        listVariants: () => this.#fallible('list', () => [...this.stored.keys()]),
        madeFrom: (variant) => this.#fallible('head a variant', () => this.stored.get(variant)),
        delete: (variants) =>
          this.#fallible('delete', () => {
            for (const variant of variants) this.stored.delete(variant);
          }),
      },
      send: async (messages) => {
        await this.#step('send');
        if (this.#fails()) return messages;
        const older = [...this.#underWay];
        for (const message of messages) this.#do(Promise.all(older).then(() => this.#receive(message)));
        return [];
      },
      invalidate: () =>
        this.#fallible('invalidate', () => {
          this.cached.clear();
          return 'id';
        }),
      variantsExpire: false,
      hasEager: false,
      isLate: () => false,
    };
  }
}
