import type { DistributionUnderTest } from './distribution';

/** The command cannot do what it is asked to; nothing has been done. */
export class UsageError extends Error {}

/** The URL of a distribution, without a slash at its end. @throws UsageError for anything else */
export function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`${text} is no URL; give one such as https://d111111abcdef8.cloudfront.net.`);
  }
  return new URL(text).origin;
}

/** @throws UsageError where the URL leads to something else than a distribution of this project */
export async function checkDistribution(distribution: DistributionUnderTest): Promise<void> {
  const answer = await distribution.ask('/').catch((error: Error) => {
    throw new UsageError(`${distribution.url} cannot be reached: ${error.message || error.name}.`);
  });
  if (answer.status !== 404 || answer.headers['x-resizer-error'] === undefined) {
    throw new UsageError(
      `${distribution.url} is no distribution of this project: its / is not refused as it would be.`,
    );
  }
}
