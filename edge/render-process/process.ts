import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fontVariables } from '../render/fonts';
import { MAX_DATA_KIB, residentBytes } from './bounds';
import { CHANNEL, type MessageLimits, MessageReader, sendMessage } from './messages';
import { type Reply, type TaskHeader, readReply } from './protocol';

/** Why a render process ended. */
export interface Ending {
  /**
   * `time`: a render took too long. `late`: the answer had no time left. `start`: it did not start, or not in time.
   * `protocol-error`: it sent an invalid reply.
   */
  cause: 'time' | 'late' | 'memory' | 'start' | 'crash' | 'protocol-error';
  /** One line for the log. */
  detail: string;
}

/**
 * What a shell does before it becomes the render process: the kernel kills this process first when memory is short,
 * there are no core dumps, and the data segment is limited. The address space (`-v`) is not, since WebAssembly reserves
 * gigabytes.
 */
const LAUNCH =
  '{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null; ulimit -c 0; ulimit -d "$1"; exec "$2" --no-warnings "$3"';

/** Variables that the loader and the clock need. Others of Lambda hold the function's credentials. */
const PASSED_ON = ['LD_LIBRARY_PATH', 'TZ'];

/** How many of the last characters on stderr are kept. */
const STDERR_TAIL = 300;

/** Replies to one task: `begun` and the result. */
const MAX_UNREAD = 2;

/** The render process, as the function sees it. It never keeps the function from answering or ending. */
export class RenderProcess {
  readonly #onEnd: (ended: RenderProcess) => void;
  #child: ChildProcess | undefined;
  #channel: Socket | undefined;
  #isReady = false;
  #ending: Ending | undefined;
  #unread: Reply[] = [];
  #waiting: ((event: Reply | Ending) => void) | undefined;
  #stderrTail = '';

  /**
   * Starts the process.
   * @param script the bundle of `child.ts`
   * @param limits of what it sends
   * @param onEnd called once, when the process has ended or was killed
   */
  constructor(script: string, limits: MessageLimits, onEnd: (ended: RenderProcess) => void) {
    this.#onEnd = onEnd;
    try {
      this.#child = spawn('/bin/sh', ['-c', LAUNCH, 'sh', String(MAX_DATA_KIB), process.execPath, script], {
        env: renderEnvironment(dirname(script)),
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      });
      this.#listen(this.#child, new MessageReader(limits));
    } catch (error) {
      // Some failures to start are thrown, others are events.
      this.kill('start', String(error));
    }
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether everything is loaded. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get residentBytes(): number {
    const pid = this.#child?.pid;
    return this.hasEnded || pid === undefined ? 0 : residentBytes(pid);
  }

  send(task: TaskHeader, original: Buffer): void {
    if (this.#unread.length) this.kill('protocol-error', 'a reply before the task');
    if (!this.hasEnded) sendMessage(this.#channel!, task, original);
  }

  /** Resolves with its next reply, or with why it ended. */
  next(): Promise<Reply | Ending> {
    const event = this.#unread.shift() ?? this.#ending;
    if (event) return Promise.resolve(event);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Kills it, without waiting until the kernel has freed its memory. */
  kill(cause: Ending['cause'], detail: string): void {
    this.#child?.kill('SIGKILL');
    this.#end(cause, detail);
  }

  #end(cause: Ending['cause'], detail: string): void {
    if (this.#ending) return;
    this.#ending = { cause, detail: (detail + this.#stderrTail).replaceAll(/\p{Cc}+/gu, ' ') };
    this.#unread = [];
    this.#deliver(this.#ending);
    this.#onEnd(this);
  }

  #listen(child: ChildProcess, replies: MessageReader): void {
    child.unref();
    child.once('error', ({ message }) => this.kill('start', message));
    child.once('close', (code, signal) => {
      this.#end(this.#isReady ? 'crash' : 'start', signal ?? `exit code ${code}`);
    });
    const [stderr, channel] = [child.stdio[2] as Socket | null, child.stdio[CHANNEL] as Socket | undefined];
    if (!stderr || !channel) return;
    this.#channel = channel;
    for (const pipe of [stderr, channel]) {
      pipe.unref();
      // The end of the process says more than an error of its pipes.
      pipe.on('error', () => undefined);
    }
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = `: ${(this.#stderrTail.slice(2) + text).slice(-STDERR_TAIL)}`;
    });
    channel.on('data', (chunk: Buffer) => this.#read(chunk, replies));
  }

  #read(chunk: Buffer, replies: MessageReader): void {
    if (this.#ending) return;
    try {
      for (const message of replies.read(chunk)) this.#receive(readReply(message));
    } catch (error) {
      this.kill('protocol-error', String(error));
    }
  }

  #receive(reply: Reply | undefined): void {
    if (this.#ending) return undefined;
    if (!reply || (reply === 'ready') === this.#isReady) return this.kill('protocol-error', 'an invalid reply');
    if (reply === 'ready') this.#isReady = true;
    if (this.#waiting) return this.#deliver(reply);
    if (reply !== 'ready') this.#unread.push(reply);
    if (this.#unread.length > MAX_UNREAD) this.kill('protocol-error', 'more replies than tasks');
    return undefined;
  }

  #deliver(event: Reply | Ending): void {
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(event);
  }
}

/**
 * The environment of the render process.
 * @param packageFolder absolute path of the function's extracted package
 */
function renderEnvironment(packageFolder: string): Record<string, string> {
  const passed = PASSED_ON.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(passed) as Record<string, string>), ...fontVariables(packageFolder) };
}
