import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import type { LambdaDefinition } from '../deployment/deployment';
import type { Credentials } from '../iam/identities';
import { type Endpoints, type Replica, environmentOf, runningName } from './environment';
import type { LambdaFunction, LambdaOutcome } from './function';
import { nodeFor } from './node';
import { unpack } from './task-root';
import { Worker, type WorkerOptions } from './worker';

export interface LambdaOptions {
  definition: LambdaDefinition;
  credentials: Credentials;
  endpoints: Endpoints;
  /** Gets lines about the function, such as cold starts. */
  log: (line: string) => void;
  /** Gets the lines that the function prints, and why it failed; `log` by default. */
  output?: (line: string) => void;
  /** For an edge function. */
  replica?: Replica;
  /** Concurrent requests, each in a process of its own; others wait. */
  maxProcesses?: number;
}

/** The limit for loading a function's code. Lambda Developer Guide: lambda-runtime-environment. */
const INIT_SECONDS = 10;

/** Runs a function from its asset. Its processes start with its first requests. */
export function startLambda({
  definition,
  credentials,
  endpoints,
  log,
  output,
  replica,
  maxProcesses = Math.max(2, availableParallelism()),
}: LambdaOptions): LambdaFunction {
  const { name, arn, memoryMb, timeoutSeconds } = definition;
  const { folder: taskRoot, remove } = unpack(definition.assetDirectory);
  const node = nodeFor(definition.runtime);
  if (node.difference) log(`${name}: ${node.difference}`);
  const options: WorkerOptions = {
    node: node.path,
    environment: environmentOf(definition, taskRoot, credentials, endpoints, replica),
    taskRoot,
    memoryMb,
    timeoutSeconds,
    functionArn: replica ? `${arn.replace(name, runningName(definition, replica))}:${replica.version}` : arn,
    log: (line) => log(`${name}: ${line}`),
    output: output ?? ((line) => log(`${name}: ${line}`)),
  };
  return new Pool(name, options, maxProcesses, remove);
}

/** The processes of a function. The most recently used idle one gets the next request. */
class Pool implements LambdaFunction {
  readonly name: string;
  readonly #options: WorkerOptions;
  readonly #queue: PQueue;
  readonly #remove: () => void;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  #isClosed = false;

  constructor(name: string, options: WorkerOptions, maxProcesses: number, remove: () => void) {
    this.name = name;
    this.#options = options;
    this.#queue = new PQueue({ concurrency: maxProcesses });
    this.#remove = remove;
  }

  async invoke(event: unknown): Promise<LambdaOutcome> {
    const json = JSON.stringify(event);
    const outcome = await this.#queue.add(() => this.#invoke(json));
    if (outcome.kind !== 'answer') this.#options.output(`${outcome.kind}: ${outcome.message}`);
    return outcome;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#all].map((worker) => worker.end()));
    this.#remove();
  }

  async #invoke(event: string): Promise<LambdaOutcome> {
    if (this.#isClosed) return { kind: 'exception', message: 'the function is closed', milliseconds: 0 };
    const worker = this.#takeIdle() ?? (await this.#start());
    if (!(worker instanceof Worker)) return worker;
    const outcome = await worker.invoke(event, randomUUID());
    if (worker.hasEnded) this.#all.delete(worker);
    else this.#idle.push(worker);
    return outcome;
  }

  #takeIdle(): Worker | undefined {
    for (let worker = this.#idle.pop(); worker; worker = this.#idle.pop()) {
      if (!worker.hasEnded) return worker;
      this.#all.delete(worker);
    }
    return undefined;
  }

  async #start(): Promise<Worker | LambdaOutcome> {
    const worker = new Worker(this.#options);
    this.#all.add(worker);
    const failure = await worker.start(INIT_SECONDS);
    if (!failure) return worker;
    this.#all.delete(worker);
    await worker.end();
    return failure;
  }
}
