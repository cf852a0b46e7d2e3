import { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The path is the whole key: the viewer-request function puts everything into it that changes the answer. Flat-rate plans
 * have managed policies on each tier.
 */
export const CACHE_POLICY = cloudfront.CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS;

/**
 * Only what functions cannot do: they set all other headers, since not every plan has such a policy.
 * @param cacheTagHeader header that must not reach viewers
 */
export const createResponseHeadersPolicy = (
  scope: Construct,
  cacheTagHeader: string,
): cloudfront.ResponseHeadersPolicy =>
  new cloudfront.ResponseHeadersPolicy(scope, 'ResponseHeadersPolicy', {
    customHeadersBehavior: {
      // CloudFront may drop it from the functions' answers, since it does not forward Accept.
      customHeaders: [{ header: 'vary', value: 'Accept', override: true }],
    },
    removeHeaders: [cacheTagHeader],
  });
