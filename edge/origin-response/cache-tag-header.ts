/** For a distribution with a cache tag header of its own, to which the images were added. */
import type { CloudFrontResponse, CloudFrontResultResponse, CloudFrontS3Origin } from 'aws-lambda';
import { CACHE_TAG_HEADER } from '../cache-tag';
import { ORIGIN_HEADERS } from './buckets';

/** The name of that header; undefined if the distribution reads the one that S3 sends. */
export const cacheTagHeaderOf = (origin: CloudFrontS3Origin): string | undefined =>
  origin.customHeaders[ORIGIN_HEADERS.cacheTagHeader]?.[0]?.value;

/** The response with its cache tag in that header. @param name as it is configured */
export function renameCacheTag<T extends CloudFrontResponse | CloudFrontResultResponse>(
  response: T,
  name: string | undefined,
): T {
  const { [CACHE_TAG_HEADER]: tag, ...headers } = response.headers ?? {};
  if (!name || !tag) return response;
  return { ...response, headers: { ...headers, [name.toLowerCase()]: [{ key: name, value: tag[0]!.value }] } };
}
