import { Duration, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';

/** The path is the whole key: the viewer-request function puts everything into it that changes the answer. */
export const createCachePolicy = (scope: Construct, { cache }: Config): cloudfront.CachePolicy =>
  new cloudfront.CachePolicy(scope, 'CachePolicy', {
    comment: 'Key: the canonical path alone',
    // A longer one would keep the redirect to a large variant in the cache.
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.seconds(cache.cdn),
    queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
    headerBehavior: cloudfront.CacheHeaderBehavior.none(),
    cookieBehavior: cloudfront.CacheCookieBehavior.none(),
  });

export interface HeadersPolicyProps {
  /** Whether the distribution has domain names, and all of it is this project's. */
  hasDomain: boolean;
  /** Which only CloudFront is to read. */
  cacheTagHeader: string;
}

/** The headers that are added for browsers. */
export const createResponseHeadersPolicy = (
  scope: Construct,
  { hasDomain, cacheTagHeader }: HeadersPolicyProps,
): cloudfront.ResponseHeadersPolicy =>
  new cloudfront.ResponseHeadersPolicy(scope, 'ResponseHeadersPolicy', {
    securityHeadersBehavior: {
      contentTypeOptions: { override: true },
      // HSTS is for its owner to decide, and cloudfront.net is AWS's.
      ...(hasDomain && {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
      }),
    },
    customHeadersBehavior: {
      customHeaders: [
        // CloudFront may drop it from the functions' answers, since it does not forward Accept.
        { header: 'vary', value: 'Accept', override: true },
        { header: 'cross-origin-resource-policy', value: 'cross-origin', override: true },
        { header: 'timing-allow-origin', value: '*', override: true },
      ],
    },
    removeHeaders: [cacheTagHeader],
  });
