import { setTimeout as sleep } from 'node:timers/promises';
import { refreshWindowSeconds } from '../../edge/config/settings';
import { ANY, AVIF, type Check, type Context, WEBP, expect } from './check';
import { infoPathOf } from './info-checks';
import { pathOf } from './paths';
import { picture, put, remove } from './subjects';

/**
 * After the window in which changes are collected: events, a first pass and an invalidation take seconds, and more if
 * the functions are cold.
 */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 1_000;

interface Observation {
  status: number;
  etag: string | undefined;
}

const look = ({ distribution, subjects, config }: Context): Promise<Observation[]> => {
  const small = pathOf(config, subjects.photo, config.sizes[0]!);
  const asked: [string, string][] = [
    [small, AVIF],
    [small, WEBP],
    [small, ANY],
    [pathOf(config, subjects.photo, config.sizes.at(-1)!), ANY],
    [infoPathOf(subjects.photo), ANY],
  ];
  return Promise.all(
    asked.map(async ([path, accept]) => {
      const { status, headers } = await distribution.ask(path, { accept });
      return { status, etag: headers['etag'] };
    }),
  );
};

/** Repeats the requests until all variants are as expected. @returns seconds. @throws Error with how many are not */
async function waitFor(context: Context, isDone: (seen: Observation, index: number) => boolean, what: string) {
  const patienceMs = PATIENCE_MS + 1_000 * refreshWindowSeconds(context.config);
  const start = Date.now();
  for (;;) {
    const seen = await look(context);
    const left = seen.filter((one, index) => !isDone(one, index)).length;
    const elapsed = Date.now() - start;
    if (left === 0) return `after ${Math.round(elapsed / 1_000)} s`;
    expect(elapsed < patienceMs, `${left} of ${seen.length} variants are not ${what} after ${patienceMs / 1_000} s`);
    await sleep(PAUSE_MS, undefined, { signal: context.stopped });
  }
}

export const freshnessChecks: Check[] = [
  {
    promise: 'after an overwrite all variants are new',
    async run(context) {
      if (!context.overwrite) return undefined;
      const before = await look(context);
      await put(context.originals, context.subjects.photo, await picture('sunset'));
      return waitFor(context, ({ status, etag }, index) => status === 200 && etag !== before[index]!.etag, 'new');
    },
  },
  {
    promise: 'after a removal all variants are gone',
    async run(context) {
      if (!context.overwrite) return undefined;
      await remove(context.originals, context.subjects.photo);
      return waitFor(context, ({ status }) => status === 404, 'gone');
    },
  },
];
