/** How long an answer is waited for, in milliseconds: longer than a function may take to make it. */
export const TIMEOUT_MS = 40_000;

/** The command cannot do what it is asked to; nothing has been done. */
export class UsageError extends Error {}

/** The URL of a distribution, without a slash at its end. @throws UsageError for anything else */
export function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`${text} is no URL; give one such as https://d111111abcdef8.cloudfront.net.`);
  }
  const { origin, pathname, search } = new URL(text);
  if (pathname !== '/' || search) throw new UsageError(`Give the distribution alone: ${origin}.`);
  return origin;
}

/** @throws UsageError where the URL leads to something else than a distribution of this project */
export async function checkDistribution(url: string): Promise<void> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: Error & { cause?: Error }) => {
      const [why = ''] = (error.cause?.message || error.message).trim().split('\n');
      throw new UsageError(`${url} cannot be reached: ${why}.`);
    },
  );
  await answer.arrayBuffer();
  if (answer.status !== 404 || !answer.headers.has('x-resizer-error')) {
    throw new UsageError(`${url} is no distribution of this project: its / is not refused as it would be.`);
  }
}
