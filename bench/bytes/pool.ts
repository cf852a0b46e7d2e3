import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job, Measured } from './measure';
import type { Answer } from './worker';

async function ask(worker: ChildProcess, job: Job): Promise<Measured> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    worker.send(job);
    const exit = once(worker, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`The process that measured ${job.picture.name} has ended with ${code ?? by}.`);
    });
    const [answer] = (await Promise.race([once(worker, 'message', { signal }), exit])) as [Answer];
    if ('error' in answer) throw new Error(answer.error);
    return answer.measured;
  } finally {
    ended.abort();
  }
}

/** Measures pictures in as many processes as there are processors. @throws Error of the first failure */
export async function measureAll(jobs: Job[], log: (line: string) => void): Promise<Measured[]> {
  const queue = [...jobs];
  const measured: Measured[] = [];
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () =>
    fork(join(__dirname, 'worker.ts'), [], { execArgv: ['--no-warnings', '--import', 'tsx'] }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let job = queue.shift(); job; job = queue.shift()) {
          measured.push(await ask(worker, job));
          log(`${measured.length} of ${jobs.length}: ${job.picture.name}, ${job.width} pixels`);
        }
      }),
    );
  } finally {
    for (const worker of workers) worker.kill();
  }
  return measured;
}
