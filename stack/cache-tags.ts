import type { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import { renderedProperties } from './rendered';

/** The properties of a distribution that are read here. */
interface DistributionConfig {
  CacheTagConfig?: { HeaderName?: string };
  CustomErrorResponses?: { ErrorCode: number; ResponsePagePath?: string }[];
}

const resourceOf = (distribution: cloudfront.Distribution): cloudfront.CfnDistribution =>
  distribution.node.defaultChild as cloudfront.CfnDistribution;

/** The configuration of a distribution as it will stand in the template. */
export const configurationOf = (distribution: cloudfront.Distribution): DistributionConfig =>
  (renderedProperties(resourceOf(distribution)) as { DistributionConfig: DistributionConfig }).DistributionConfig;

/** Makes CloudFront read cache tags from the header that S3 sends. */
export function setCacheTagHeader(distribution: cloudfront.Distribution): void {
  // The L2 construct has no property for it yet.
  resourceOf(distribution).addPropertyOverride('DistributionConfig.CacheTagConfig', { HeaderName: CACHE_TAG_HEADER });
}
