import { type Failure, failure, isFailure, tooCostly } from '../failure';
import type { Variant } from '../variant';
import type { Rendered, RenderSettings } from '../render/types';
import { fullRenderMs, isSwollen, renderMsWithin } from './bounds';
import { type Ending, RenderProcess } from './process';
import { type Said, type Task, replyLimits } from './protocol';
import { Watch } from './watch';

/** What a render took, for the log. */
export interface RenderReport {
  /** The most resident memory that a process was seen with. */
  peakBytes: number;
  /** How processes came to their end meanwhile. */
  endings: Ending[];
}

/** A process that fails before it has begun is no fault of the picture: another one is tried, once. */
const ATTEMPTS = 2;

const isEnding = (event: Said | Ending): event is Ending => typeof event === 'object' && 'cause' in event;

const unavailable = (why: string): Failure => failure('UNAVAILABLE', `The image could not be made ${why}. Try again.`);

/** What the end of a process says of the picture; nothing where the process is to blame. */
function failureOf({ cause }: Ending, hasBegun: boolean): Failure | undefined {
  if (cause === 'late') return unavailable('in time');
  if (!hasBegun || cause === 'start' || cause === 'rubbish') return undefined;
  return tooCostly(cause === 'crash' ? undefined : cause);
}

/** Renders in a process of its own, which is there before it is needed, and is replaced once it is spent. */
export class Renderer {
  readonly #script: string;
  readonly #settings: RenderSettings;
  #process: RenderProcess;
  /** Whether the process stands in for one that ended by itself, and no render has come since. */
  #isStandIn = false;
  /** Ends with the render that is under way. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param script path of the bundle of `child.ts` */
  constructor(script: string, settings: RenderSettings) {
    this.#script = script;
    this.#settings = settings;
    this.#process = this.#start();
  }

  /**
   * Renders one variant; one at a time, others wait.
   * @param left milliseconds until the answer has to be on its way, the put included
   * @returns the variant, or why it cannot be made: what `render` says; `TOO_LARGE` with `killed` for a render that took
   *   more memory or time than there is, or crashed; `UNAVAILABLE` where an answer had no time left for a whole render,
   *   or no process could be had. It never rejects.
   */
  render(
    original: Buffer,
    variant: Variant,
    left: number,
    report: (report: RenderReport) => void,
  ): Promise<Rendered | Failure> {
    const end = performance.now() + renderMsWithin(left, this.#settings.seconds);
    const turn = this.#turn.then(() =>
      this.#renderWithin(original, { variant, settings: this.#settings }, end - performance.now(), report),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #renderWithin(
    original: Buffer,
    task: Task,
    milliseconds: number,
    report: (report: RenderReport) => void,
  ): Promise<Rendered | Failure> {
    const total: RenderReport = { peakBytes: 0, endings: [] };
    let left = milliseconds;
    let outcome: Rendered | Failure | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && !outcome; attempt++) {
      const began = performance.now();
      outcome = await this.#attempt(original, task, left, total);
      left -= performance.now() - began;
    }
    report(total);
    return outcome ?? unavailable('now');
  }

  /** @returns nothing where the process is to blame */
  async #attempt(
    original: Buffer,
    task: Task,
    left: number,
    total: RenderReport,
  ): Promise<Rendered | Failure | undefined> {
    if (left <= 0) return unavailable('in time');
    if (this.#process.hasEnded) this.#process = this.#start();
    this.#isStandIn = false;
    const rendering = this.#process;
    const watch = new Watch(rendering, { render: fullRenderMs(task.settings.seconds), left });
    const event = await this.#course(rendering, watch, task, original);
    watch.end();
    total.peakBytes = Math.max(total.peakBytes, watch.peakBytes);
    if (isEnding(event)) {
      total.endings.push(event);
      return failureOf(event, watch.hasBegun);
    }
    if (isFailure(event) && event.killed) rendering.kill('memory', event.message);
    else if (isSwollen(rendering.residentBytes)) rendering.kill('memory', 'kept too much');
    return event;
  }

  /** Hands a task to a process once it is ready. @returns what came of it */
  async #course(
    rendering: RenderProcess,
    watch: Watch,
    task: Task,
    original: Buffer,
  ): Promise<Rendered | Failure | Ending> {
    if (!rendering.isReady) await rendering.next();
    rendering.send(task, original);
    const first = await rendering.next();
    if (first === 'begun') watch.begin();
    const event = first === 'begun' ? await rendering.next() : first;
    if (typeof event === 'object') return event;
    rendering.kill('rubbish', 'a reply out of turn');
    return (await rendering.next()) as Ending;
  }

  /** What ends is replaced at once; what ends again before it is of use, or could not start, when it is needed. */
  #start(): RenderProcess {
    return new RenderProcess(this.#script, replyLimits(this.#settings), (ended) => {
      if (ended !== this.#process || !ended.isReady || this.#isStandIn) return;
      this.#isStandIn = true;
      this.#process = this.#start();
    });
  }
}
