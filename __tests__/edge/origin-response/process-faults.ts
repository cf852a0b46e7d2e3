import type { Answer, Running } from '../../local/running';
import { photo, run } from '../../local/running';
import { type Fault, faultyApp } from './faulty-process';

/** Time and memory enough for a photograph on a loaded machine, and no more. */
export const LIMITS = { seconds: 10, memoryMb: 400 };

/** How often something is tried whose 503 may be that of a loaded machine, which starts no process in time. */
const TRIES = 5;

/** Faults of a process that tell nothing about the picture. */
export const FAULTS: Fault[] = [
  'cannot start',
  'hangs at start',
  'writes bytes',
  'writes no reply',
  'writes a page',
  'writes without end',
  'announces too much',
];

/** A distribution whose rendering processes fail as a test says. */
export class FaultyDistribution {
  faulty!: ReturnType<typeof faultyApp>;
  local!: Running;
  #picture!: Buffer;
  #pictures = 0;

  async start(): Promise<void> {
    this.faulty = faultyApp(LIMITS);
    this.local = await run({ cdkOut: this.faulty.cdkOut });
    this.#picture = await photo(800, 600);
    await untilServed(() => this.ask());
  }

  async close(): Promise<void> {
    await this.local.close();
    this.faulty.remove();
  }

  /** Asks for a variant of an original that nobody has asked for; of a photograph without one. */
  async ask(original = this.#picture): Promise<Answer> {
    this.#pictures += 1;
    await this.local.put(this.lastKey(), original);
    return this.local.get(`/300x300/${this.lastKey()}`);
  }

  /** The same of processes that fail. @param faults of the processes from now on */
  askWith(faults: Fault[], original?: Buffer): Promise<Answer> {
    return untilServed(() => {
      this.faulty.replace(...faults);
      return this.ask(original);
    });
  }

  /** The original that was asked for last. */
  lastKey(): string {
    return `${this.#pictures}.jpg`;
  }

  /** What the log lines of the answers say of processes that ended. */
  ended(): string[] {
    return this.local.logged.join('\n').match(/(?<="processEnded":\[").*?(?="\])/g) ?? [];
  }
}

/** Asks until the answer is no 503, or still one after a few times. */
export async function untilServed(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  for (let tries = 1; tries < TRIES && answer.status === 503; tries++) answer = await ask();
  return answer;
}

/** Runs it for all tests of a file. After each of them, a photograph has to be rendered. */
export function withFaultyDistribution(): FaultyDistribution {
  const running = new FaultyDistribution();
  beforeAll(() => running.start());
  afterAll(() => running.close());
  afterEach(async () => {
    running.local.faults.clear();
    expect((await untilServed(() => running.ask())).status).toBe(200);
  });
  return running;
}

/** Checks that a process which fails once is replaced, and the picture made. */
export async function expectReplaced(running: FaultyDistribution, fault: Fault): Promise<void> {
  const before = running.ended().length;
  const { status, body } = await running.askWith([fault, 'works']);
  // Where it fails, the line says whether there was no time left or no process.
  expect({ status, line: status === 200 ? '' : body.toString(), ended: running.ended().slice(before) }).toEqual({
    status: 200,
    line: '',
    ended: expect.arrayContaining([expect.stringMatching(/^(start|protocol-error): /)]),
  });
}

/** Checks that a render whose processes all fail is a 503. */
export async function expectUnavailable(running: FaultyDistribution, fault: Fault): Promise<void> {
  // One that ends by itself may be gone before the render begins, which has three attempts of its own.
  running.faulty.replace(fault, fault, fault, fault);
  const answer = await running.ask();
  running.faulty.replace('works');
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([503, 'UNAVAILABLE']);
}
