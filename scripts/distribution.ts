/** The distribution that a command works with: its options, and whether it is one of this project. */
import { parseTimeout } from './numbers';
import { UsageError } from './usage';
import { whyOf } from './why';

/** Timeout of one answer in milliseconds: longer than a function may take to make it. */
export const TIMEOUT_MS = 40_000;

export const URL_ARGUMENT = ['<url>', 'the distribution, such as https://d111111abcdef8.cloudfront.net'] as const;

export const CONFIG_OPTION = ['--config <file>', 'the deployed config, instead of resizer.config.ts'] as const;

export const TIMEOUT_OPTION = [
  '--timeout <seconds>',
  'limit for one answer',
  parseTimeout,
  TIMEOUT_MS / 1_000,
] as const;

/** The URL of a distribution, without a trailing slash. @throws UsageError for anything else */
export function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw new UsageError(
      `${text} is not a URL with http:// or https://. Expected one such as https://d111111abcdef8.cloudfront.net.`,
    );
  }
  const { origin, pathname, search } = new URL(text);
  if (pathname !== '/' || search) throw new UsageError(`Give the distribution without a path: ${origin}.`);
  return origin;
}

async function probe(url: string, timeoutMs: number, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), headers });
  // The body is not needed, and may never end.
  await answer.body?.cancel();
  return answer;
}

/**
 * @param base below which the images are
 * @param headers of the request, such as cookies
 * @throws UsageError if the URL is not that of a distribution of this project
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
    throw new UsageError(`${url} is not a distribution of this project: it redirects to ${to}.`);
  }
  if (answer.status === 403 && !answer.headers.has('x-resizer-error') && headers['cookie'] === undefined) {
    throw new UsageError(
      `${url} refuses requests without a signature, or is not a distribution of this project. If it is private, give --key-pair-id and --private-key.`,
    );
  }
  if (answer.status !== 404 || !answer.headers.has('x-resizer-error')) {
    throw new UsageError(
      `${url} is not a distribution of this project: it does not answer ${base}/ with the 404 of one.`,
    );
  }
}
