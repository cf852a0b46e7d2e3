import type { Running } from '../../local/running';

/** Longer than CloudFront keeps an error. */
const ERROR_LIFETIME_MS = 61_000;

/** How often originals were fetched to be rendered, and how many objects were stored as variants. */
export const countsOf = (local: Running) => ({
  renders: local.s3!.journal.count('s3:GetObject', local.buckets.originals),
  puts: local.s3!.journal.entries.filter(
    ({ action, bucket, status }) => action === 's3:PutObject' && bucket === local.buckets.variants && status === 200,
  ).length,
});

/**
 * Asks for four variants of `bomb.gif`, round after round, each time after the cache has dropped the refusals.
 * @returns the renders and puts that it took
 */
export async function askAgain(local: Running, rounds: number): Promise<ReturnType<typeof countsOf>> {
  const paths = ['/100x100/bomb.gif', '/320w/bomb.gif', '/640w/bomb.gif?f=webp', '/bomb.gif'];
  local.s3!.journal.clear();
  for (let round = 0; round < rounds; round++) {
    const answers = await Promise.all(paths.map((path) => local.get(path)));
    expect(answers.map(({ status }) => status)).toEqual([415, 415, 415, 415]);
    local.clock.advance(ERROR_LIFETIME_MS);
  }
  return countsOf(local);
}
