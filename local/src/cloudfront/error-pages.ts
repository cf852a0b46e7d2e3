import { ERROR_PAGES } from '../../../edge/limits';
import type { DistributionConfig } from '../deployment/deployment';
import type { EdgeResponse } from './response';

/**
 * The page that the distribution has for an error, and the status that viewers see with it. DG:
 * GeneratingCustomErrorResponses, creating-custom-error-pages. It is asked for like any path, without the viewer-request
 * function, and kept by its own headers; the error stays in the cache as long as it would without a page.
 */
export function errorResponseFor(
  { status, headers, isLocal }: EdgeResponse,
  { CustomErrorResponses = [] }: DistributionConfig,
): { path: string; status: number } | undefined {
  // Where there is no capacity to run a function, there is no error page either.
  if (isLocal || headers['x-cache']?.startsWith('LambdaLimitExceeded')) return undefined;
  if (!(ERROR_PAGES.statuses as readonly number[]).includes(status)) return undefined;
  const found = CustomErrorResponses.find(({ ErrorCode }) => ErrorCode === status);
  if (!found?.ResponsePagePath) return undefined;
  return { path: found.ResponsePagePath, status: found.ResponseCode ?? status };
}
