import { CfnOutput, Stack, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import { ConfigError } from '../edge/config/checked';
import { featuresOf, lowestPlanWith } from '../edge/config/features';
import { allowCloudFrontToRead } from './buckets';
import type { Delivery } from './delivery';
import { distributionArn, outputPrefix } from './names';
import { customHeaders, originPath } from './origin';

/**
 * What the owner of a distribution adds to it, as properties of `CfnDistribution` with values that are known while
 * deploying.
 */
export interface ForeignBehaviour {
  origin: cloudfront.CfnDistribution.OriginProperty;
  cacheBehavior: cloudfront.CfnDistribution.CacheBehaviorProperty;
  /** Behaviours of the folders of members, which have to come before it; missing without such folders. */
  memberBehaviors?: cloudfront.CfnDistribution.CacheBehaviorProperty[];
  /** Header that the distribution has to read cache tags from; missing with a plan that has none. */
  cacheTagHeader?: string;
}

/**
 * Origin and behaviour for a distribution that this app cannot change; also an output of the stack, as JSON.
 * @param cacheTagHeader header that the distribution already reads cache tags from, if any
 * @throws ConfigError for such a header with a plan that has no cache tags
 */
export function describeBehaviour(
  delivery: Delivery,
  distribution: cloudfront.IDistribution,
  cacheTagHeader: string | undefined,
): ForeignBehaviour {
  const { config, generation, places } = delivery.props;
  const { variants, regions } = places;
  const { cacheTags } = featuresOf(config.stack);
  if (cacheTagHeader !== undefined && !cacheTags) {
    throw new ConfigError(
      `cacheTagHeader: the plan ${config.stack.plan} has no cache tags; ${lowestPlanWith('cacheTags')} has. Leave it out.`,
    );
  }
  const { behaviour, memberBehaviour } = delivery.createBehaviours({ cacheTagHeader });
  const access = new cloudfront.S3OriginAccessControl(delivery, 'OriginAccessControl');
  if (!places.isMultiRegion) {
    const SourceArn = distributionArn(delivery, distribution.distributionId);
    allowCloudFrontToRead(variants, { StringEquals: { 'AWS:SourceArn': SourceArn } });
  }
  const id = outputPrefix(delivery.node.scope!) || 'Images';
  const headers = customHeaders({ generation, places, cacheTagHeader });
  const { membersRequest, memberPatterns } = delivery;
  const described: ForeignBehaviour = {
    origin: {
      id,
      domainName: variants.bucketRegionalDomainName,
      originPath: originPath(generation),
      originAccessControlId: access.originAccessControlId,
      s3OriginConfig: { originAccessIdentity: '' },
      ...(regions.renders !== undefined && { originShield: { enabled: true, originShieldRegion: regions.renders } }),
      originCustomHeaders: Object.entries(headers).map(([headerName, headerValue]) => ({ headerName, headerValue })),
    },
    cacheBehavior: propertiesOf(`${config.base}/*`, id, behaviour),
    ...(membersRequest && {
      memberBehaviors: memberPatterns.map((pattern) => propertiesOf(pattern, id, memberBehaviour)),
    }),
    ...(cacheTags && { cacheTagHeader: cacheTagHeader ?? CACHE_TAG_HEADER }),
  };
  new CfnOutput(Stack.of(delivery), `${outputPrefix(delivery.node.scope!)}Behaviour`, {
    value: Stack.of(delivery).toJsonString(described),
    description: 'What the owner of the distribution adds to it',
  });
  return described;
}

/** A behaviour as properties of `CfnDistribution`. */
const propertiesOf = (
  pathPattern: string,
  targetOriginId: string,
  behaviour: cloudfront.AddBehaviorOptions,
): cloudfront.CfnDistribution.CacheBehaviorProperty => ({
  pathPattern,
  targetOriginId,
  allowedMethods: behaviour.allowedMethods!.methods,
  cachePolicyId: behaviour.cachePolicy!.cachePolicyRef.cachePolicyId,
  ...(behaviour.responseHeadersPolicy && {
    responseHeadersPolicyId: behaviour.responseHeadersPolicy.responseHeadersPolicyRef.responseHeadersPolicyId,
  }),
  viewerProtocolPolicy: behaviour.viewerProtocolPolicy!,
  compress: behaviour.compress!,
  functionAssociations: behaviour.functionAssociations!.map((each) => ({
    eventType: each.eventType,
    functionArn: each.function.functionRef.functionArn,
  })),
  lambdaFunctionAssociations: behaviour.edgeLambdas!.map(({ eventType, functionVersion }) => ({
    eventType,
    lambdaFunctionArn: functionVersion.functionArn,
  })),
  ...(behaviour.trustedKeyGroups && {
    trustedKeyGroups: behaviour.trustedKeyGroups.map(({ keyGroupRef }) => keyGroupRef.keyGroupId),
  }),
});
