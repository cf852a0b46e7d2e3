import type { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import { type RenderedConfig, renderedConfig } from './rendered';

const resourceOf = (distribution: cloudfront.Distribution): cloudfront.CfnDistribution =>
  distribution.node.defaultChild as cloudfront.CfnDistribution;

/** The configuration of a distribution as it will be in the template. */
export const configurationOf = (distribution: cloudfront.Distribution): RenderedConfig =>
  renderedConfig(resourceOf(distribution));

/** Makes CloudFront read cache tags from the header that S3 sends. */
export function setCacheTagHeader(distribution: cloudfront.Distribution): void {
  // The L2 construct has no property for it yet.
  resourceOf(distribution).addPropertyOverride('DistributionConfig.CacheTagConfig', { HeaderName: CACHE_TAG_HEADER });
}
