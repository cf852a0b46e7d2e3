import { spawn, spawnSync } from 'node:child_process';

/** How long a start, an upload or an invalidation is waited for, in milliseconds: far above what they take. */
const PATIENCE_MS = 120_000;

/** Runs a command to its end. @throws Error with all that it wrote, if it fails. @returns what it wrote to stdout */
export function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: Infinity });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

/** Runs the package's command, which has to fail. @returns its exit code, and what it wrote to stderr */
export function refused(cwd: string, ...args: string[]): [code: number | null, stderr: string] {
  const { status, stderr } = spawnSync('npx', ['cloudfront-image-resizer', ...args], { cwd, encoding: 'utf8' });
  return [status, stderr];
}

export interface Started {
  url: string;
  output: string;
  end(): Promise<void>;
}

/** Runs `start` of the package until it is ready. @throws Error with all that it wrote, if it ends before that */
export async function start(cwd: string, ...args: string[]): Promise<Started> {
  // A group of its own: what npx has started ends with it.
  const child = spawn('npx', ['cloudfront-image-resizer', 'start', '--port', '0', ...args], { cwd, detached: true });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    await closed;
  };
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /^Ready: (\S+)/m.exec(output)?.[1];
      if (ready) resolve(ready);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void closed.then(() => reject(new Error(`start has ended: ${output}`)));
    setTimeout(() => reject(new Error(`start is not ready: ${output}`)), PATIENCE_MS).unref();
  });
  try {
    return { url: await url, output, end };
  } catch (error) {
    await end();
    throw error;
  }
}

export interface Answer {
  status: number;
  etag: string | null;
  /** The code of a refusal of the resizer; null for what is no answer of it. */
  error: string | null;
}

export async function ask(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await answer.arrayBuffer();
  return {
    status: answer.status,
    etag: answer.headers.get('etag'),
    error: answer.headers.get('x-resizer-error'),
  };
}

/** Asks until an answer will do. @throws Error with the last one, if none does */
export async function askUntil(url: string, isDone: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask(url);
    if (isDone(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`${url}: still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
