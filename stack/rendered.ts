import { type CfnResource, Stack, type aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { PlannedConfig } from '../edge/plan-rules';

/** A private method of the CDK: the only way to see the result of raw overrides. */
const RENDER = '_toCloudFormation';

/** Properties of a resource as they will be in the template, with raw overrides. */
export function renderedProperties(resource: CfnResource): unknown {
  const renderable = resource as CfnResource & Record<typeof RENDER, () => unknown>;
  const { Resources } = Stack.of(resource).resolve(renderable[RENDER]()) as {
    Resources: Record<string, { Properties: unknown }>;
  };
  return Object.values(Resources)[0]!.Properties;
}

/** The part of a distribution's configuration that is read here. */
export type RenderedConfig = PlannedConfig & {
  CacheTagConfig?: { HeaderName?: string };
  CustomErrorResponses?: { ErrorCode: number; ResponsePagePath?: string }[];
};

/** The configuration of a distribution, likewise. */
export const renderedConfig = (distribution: cloudfront.CfnDistribution): RenderedConfig =>
  (renderedProperties(distribution) as { DistributionConfig: RenderedConfig }).DistributionConfig;
