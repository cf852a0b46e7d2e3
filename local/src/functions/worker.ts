import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { LAMBDA } from '../../../edge/limits';
import type { LambdaOutcome } from './function';
import { ProcessTree } from './process-tree';

const RUNTIME = join(__dirname, 'runtime.cjs');

/** How often memory is measured while a function runs. */
const MEMORY_POLL_MS = 50;

/** Printed by the runtime at the end of a request's log. */
const LOG_END = '\u0000';

export interface WorkerOptions {
  /** Path of the Node executable. */
  node: string;
  environment: Record<string, string>;
  taskRoot: string;
  memoryMb: number;
  timeoutSeconds: number;
  functionArn: string;
  log: (line: string) => void;
  /** Gets the lines that the function prints. */
  output: (line: string) => void;
}

/** A frame from the runtime. */
type Message =
  | { kind: 'ready' }
  | { kind: 'answer'; json: string }
  /** After a crash the process ends by itself. */
  | { kind: 'exception' | 'unserialisable' | 'crash'; message: string };

type Failure = Exclude<LambdaOutcome, { kind: 'answer' }>;
type Ending = Message | { kind: Failure['kind']; message: string };

/** A process of a function, with its descendants. It serves one request at a time. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  readonly #tree: ProcessTree | undefined;
  readonly #exited: Promise<void>;
  #hasEnded = false;
  #settle: (ending: Ending) => void = () => undefined;
  #logEnds: (() => void)[] = [];
  #isCold = true;
  #memoryMb: number | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    // Node's warnings may be about a version that is not Lambda's.
    this.#child = spawn(options.node, ['--no-warnings', RUNTIME], {
      cwd: options.taskRoot,
      env: options.environment,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // Makes it the leader of a process group, which can be killed as one.
      detached: true,
    });
    this.#tree = this.#child.pid === undefined ? undefined : new ProcessTree(this.#child.pid);
    const { stdin, stdout, stderr } = this.#child as { stdin: Writable; stdout: Readable; stderr: Readable };
    // A request written to a process that has ended fails by the process's exit.
    stdin.on('error', () => undefined);
    this.#readLog(stdout);
    this.#readLog(stderr);
    readFrames(this.#child.stdio[3] as Duplex, (message) => this.#settle(message));
    this.#exited = new Promise((resolve) => {
      const end = (message: string) => {
        this.#hasEnded = true;
        this.#settle({ kind: 'exception', message });
        resolve();
      };
      this.#child.once('error', ({ message }) => end(message));
      // Its descendants may hold the pipes open.
      this.#child.once('exit', () => this.#tree?.end());
      this.#child.once('close', (code, signal) => {
        end(`Runtime exited with ${signal ? `signal ${signal}` : `status ${code}`}`);
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async end(): Promise<void> {
    if (!this.#hasEnded) this.#tree?.end();
    await this.#exited;
  }

  /** Loads the handler. @returns the failure, if there is one */
  async start(initSeconds: number): Promise<Failure | undefined> {
    const started = performance.now();
    const ending = await this.#watch(initSeconds);
    const milliseconds = performance.now() - started;
    if (ending.kind === 'ready') {
      this.#options.log(`init ${Math.round(milliseconds)} ms`);
      return undefined;
    }
    return this.#fail(ending, milliseconds);
  }

  async invoke(event: string, requestId: string): Promise<LambdaOutcome> {
    const { timeoutSeconds, functionArn } = this.#options;
    const cold = this.#isCold;
    this.#isCold = false;
    this.#memoryMb = undefined;
    const started = performance.now();
    const watched = this.#watch(timeoutSeconds);
    this.#tree?.thaw();
    this.#write({ event, requestId, functionArn, deadline: Date.now() + timeoutSeconds * 1_000 });
    const ending = await watched;
    const milliseconds = performance.now() - started;
    if (!this.#hasEnded) this.#tree?.freeze();
    if (!('json' in ending)) return this.#fail(ending, milliseconds);
    if (Buffer.byteLength(ending.json) > LAMBDA.answerBytes) {
      const message = `Response payload size exceeded maximum allowed payload size (${LAMBDA.answerBytes} bytes)`;
      return { kind: 'exception', message, milliseconds };
    }
    const memoryMb = this.#memoryMb;
    const value = JSON.parse(ending.json) as unknown;
    return { kind: 'answer', value, milliseconds, cold, ...(memoryMb !== undefined && { memoryMb }) };
  }

  /** Waits for the runtime's message, the end of the process, or a limit of time or memory; and for the log. */
  async #watch(seconds: number): Promise<Ending> {
    const logs = Promise.all([this.#logEnd(), this.#logEnd()]);
    const ending = new Promise<Ending>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(() => {
      this.#settle({ kind: 'timeout', message: `Task timed out after ${seconds.toFixed(2)} seconds` });
    }, seconds * 1_000);
    const poll = setInterval(() => this.#checkMemory(), MEMORY_POLL_MS);
    const first = await ending;
    clearTimeout(timer);
    clearInterval(poll);
    const settled = this.#overMemory() ?? first;
    if (settled.kind === 'timeout' || settled.kind === 'memory') await this.end();
    if (settled.kind === 'crash') await this.#exited;
    await Promise.race([logs, this.#exited]);
    this.#logEnds = [];
    return settled;
  }

  #fail(ending: Ending, milliseconds: number): Failure {
    switch (ending.kind) {
      case 'ready':
      case 'answer':
        return { kind: 'exception', message: 'The runtime answered out of turn', milliseconds };
      case 'crash':
        return { kind: 'exception', message: ending.message, milliseconds };
      default:
        return { kind: ending.kind, message: ending.message, milliseconds };
    }
  }

  #checkMemory(): void {
    const over = this.#overMemory();
    if (over) this.#settle(over);
  }

  #overMemory(): Ending | undefined {
    const { memoryMb } = this.#options;
    const used = this.#hasEnded ? undefined : this.#tree?.memoryMb();
    if (used === undefined) return undefined;
    this.#memoryMb = Math.max(this.#memoryMb ?? 0, used);
    if (used <= memoryMb) return undefined;
    return { kind: 'memory', message: `Runtime used ${Math.ceil(used)} MB of its ${memoryMb} MB` };
  }

  #logEnd(): Promise<void> {
    return new Promise((resolve) => this.#logEnds.push(resolve));
  }

  #readLog(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const [first = '', ...ends] = (rest + chunk).split(LOG_END);
      const parts = [first, ...ends];
      rest = parts.pop()!;
      for (const part of parts) {
        this.#logLines(part.split('\n'));
        this.#logEnds.shift()?.();
      }
      const lines = rest.split('\n');
      rest = lines.pop()!;
      this.#logLines(lines);
    });
    stream.on('end', () => this.#logLines([rest]));
  }

  #logLines(lines: string[]): void {
    for (const line of lines) if (line) this.#options.output(line);
  }

  #write(request: object): void {
    const body = Buffer.from(JSON.stringify(request));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    this.#child.stdin!.write(Buffer.concat([length, body]));
  }
}

/** Reads messages, each preceded by its length in four bytes. */
function readFrames(stream: Readable, onMessage: (message: Message) => void): void {
  let received = Buffer.alloc(0);
  // It breaks off when the process ends; `exit` reports that.
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
      const end = 4 + received.readUInt32BE();
      onMessage(JSON.parse(received.toString('utf8', 4, end)) as Message);
      received = received.subarray(end);
    }
  });
}
