import { whyOf } from './why';

/** How long an answer is waited for, in milliseconds: longer than a function may take to make it. */
export const TIMEOUT_MS = 40_000;

/** The command cannot do what it is asked to; nothing has been done. */
export class UsageError extends Error {}

/** The URL of a distribution, without a slash at its end. @throws UsageError for anything else */
export function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw new UsageError(
      `${text} is no URL that begins with http:// or https://; give one such as https://d111111abcdef8.cloudfront.net.`,
    );
  }
  const { origin, pathname, search } = new URL(text);
  if (pathname !== '/' || search) throw new UsageError(`Give the distribution alone: ${origin}.`);
  return origin;
}

async function probe(url: string, timeoutMs: number, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), headers });
  // Its end may never come.
  await answer.body?.cancel();
  return answer;
}

/**
 * @param base below which the images are
 * @param headers of the request, such as cookies
 * @throws UsageError where the URL leads to something else than a distribution of this project
 */
export async function checkDistribution(
  url: string,
  base = '',
  timeoutMs = TIMEOUT_MS,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await probe(`${url}${base}/`, timeoutMs, headers).catch((error: unknown) => {
    throw new UsageError(`${url} cannot be reached: ${whyOf(error)}.`);
  });
  const location = answer.headers.get('location');
  if (location !== null) {
    const to = URL.canParse(location, url) ? new URL(location, url).href : location;
    throw new UsageError(`${url} is no distribution of this project: it redirects to ${to}.`);
  }
  if (answer.status === 403 && !answer.headers.has('x-resizer-error') && headers['cookie'] === undefined) {
    throw new UsageError(
      `${url} refuses whoever has no signature, or is no distribution of this project. If it is private, give --key-pair-id and --private-key.`,
    );
  }
  if (answer.status !== 404 || !answer.headers.has('x-resizer-error')) {
    throw new UsageError(`${url} is no distribution of this project: its ${base}/ is not refused as it would be.`);
  }
}
