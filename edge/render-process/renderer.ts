import { type Failure, failure, isFailure, tooCostly } from '../failure';
import type { Rendered, RenderSettings } from '../render/types';
import { fullRenderMs, hasGrown, renderMsWithin } from './bounds';
import { type Ending, RenderProcess } from './process';
import { type Reply, type TaskHeader, replyLimits } from './protocol';
import { Watch } from './watch';

/** What a render cost, for the log. */
export interface RenderReport {
  /** Peak resident memory of the processes, in bytes. */
  peakBytes: number;
  /** Why processes ended meanwhile. */
  endings: Ending[];
}

/**
 * A process that ends before it has begun is not the fault of the picture, so another one is tried. Twice, since the
 * first may have died unnoticed while the function was frozen, which says nothing about the second.
 */
const ATTEMPTS = 3;

const isEnding = (event: Reply | Ending): event is Ending => typeof event === 'object' && 'cause' in event;

const unavailable = (why: string): Failure => failure('UNAVAILABLE', `The image could not be made ${why}. Try again.`);

/**
 * The failure that the end of a process means; undefined if the picture is not to blame and another process may
 * succeed.
 */
function failureOf({ cause }: Ending, hasBegun: boolean): Failure | undefined {
  if (cause === 'late') return unavailable('in time');
  if (!hasBegun || cause === 'start' || cause === 'protocol-error') return undefined;
  return tooCostly(cause === 'crash' ? undefined : cause);
}

/** Renders in a process, which is started ahead of the first render and replaced when it ends. */
export class Renderer {
  readonly #script: string;
  readonly #settings: RenderSettings;
  #process: RenderProcess;
  /** Whether the process is a replacement that has not rendered yet. */
  #isReplacement = false;
  /** Settles when the current render ends. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param script path of the bundle of `child.ts` */
  constructor(script: string, settings: RenderSettings) {
    this.#script = script;
    this.#settings = settings;
    this.#process = this.#start();
  }

  /**
   * Renders one variant at a time; others wait.
   * @param left milliseconds until the answer has to be on its way, the put included
   * @returns the variant, or why it cannot be made: a failure of `render`; `TOO_LARGE` with `killed` for a render that
   *   took too much memory or time, or crashed; `UNAVAILABLE` if the answer had no time left for a whole render, or no
   *   process started. Never rejects.
   */
  render(
    original: Buffer,
    requested: Omit<TaskHeader, 'settings'>,
    left: number,
    report: (report: RenderReport) => void,
  ): Promise<Rendered | Failure> {
    const end = performance.now() + renderMsWithin(left, this.#settings.seconds);
    const turn = this.#turn.then(() =>
      this.#renderWithin(original, { ...requested, settings: this.#settings }, end - performance.now(), report),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #renderWithin(
    original: Buffer,
    task: TaskHeader,
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

  /** @returns undefined if another process may succeed */
  async #attempt(
    original: Buffer,
    task: TaskHeader,
    left: number,
    total: RenderReport,
  ): Promise<Rendered | Failure | undefined> {
    if (left <= 0) return unavailable('in time');
    if (this.#process.hasEnded) this.#process = this.#start();
    this.#isReplacement = false;
    const rendering = this.#process;
    const watch = new Watch(rendering, { render: fullRenderMs(task.settings.seconds), left });
    const event = await this.#run(rendering, watch, task, original);
    watch.end();
    total.peakBytes = Math.max(total.peakBytes, watch.peakBytes);
    if (isEnding(event)) {
      total.endings.push(event);
      return failureOf(event, watch.hasBegun);
    }
    if (isFailure(event) && event.killed) rendering.kill('memory', event.message);
    else if (hasGrown(rendering.residentBytes)) rendering.kill('memory', 'kept too much');
    return event;
  }

  /** Sends a task to a process once it is ready. @returns the result, or why the process ended */
  async #run(
    rendering: RenderProcess,
    watch: Watch,
    task: TaskHeader,
    original: Buffer,
  ): Promise<Rendered | Failure | Ending> {
    if (!rendering.isReady) await rendering.next();
    rendering.send(task, original);
    const first = await rendering.next();
    if (first === 'begun') watch.begin();
    const event = first === 'begun' ? await rendering.next() : first;
    if (typeof event === 'object') return event;
    rendering.kill('protocol-error', 'a reply out of turn');
    return (await rendering.next()) as Ending;
  }

  /**
   * A process that ends is replaced at once. One that could not start, or ends unused, is replaced when it is needed.
   */
  #start(): RenderProcess {
    return new RenderProcess(this.#script, replyLimits(this.#settings), (ended) => {
      if (ended !== this.#process || !ended.isReady || this.#isReplacement) return;
      this.#isReplacement = true;
      this.#process = this.#start();
    });
  }
}
