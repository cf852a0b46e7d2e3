import { Duration, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { featuresOf } from '../edge/config/features';
import type { StackConfig } from '../edge/config/stack-schema';
import { setCacheTagHeader } from './cache-tags';
import type { Delivery } from './delivery';
import { type Domains, createRecords } from './domains';
import { acknowledge } from './nag';
import { ORIGIN_FINDINGS } from './origin';
import { checkPlan } from './plan-rules';
import { createSubscription } from './subscription';
import { createWebAcl } from './web-acl';

const PRICE_CLASSES: Readonly<Record<StackConfig['priceClass'], cloudfront.PriceClass>> = {
  all: cloudfront.PriceClass.PRICE_CLASS_ALL,
  '200': cloudfront.PriceClass.PRICE_CLASS_200,
  '100': cloudfront.PriceClass.PRICE_CLASS_100,
};

/** The distribution of a resizer that has one to itself. @param scope the resizer */
export function createDistribution(
  scope: Construct,
  delivery: Delivery,
  domains: Domains | undefined,
): cloudfront.Distribution {
  const { config, originResponse } = delivery.props;
  const { priceClass, rateLimit, plan, subscribe } = config.stack;
  const { cacheTags, distributionMetrics } = featuresOf(config.stack);
  const needsWebAcl = rateLimit !== undefined || plan !== undefined;
  const webAclArn = needsWebAcl ? createWebAcl(scope, rateLimit) : config.stack.webAclArn;
  const { origin, behaviour, memberBehaviour } = delivery.createBehaviours();
  const distribution = new cloudfront.Distribution(delivery, 'Distribution', {
    comment: 'Images, resized on first request',
    httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
    priceClass: PRICE_CLASSES[priceClass],
    // For the cache hit rate.
    publishAdditionalMetrics: distributionMetrics,
    ...(webAclArn && { webAclId: webAclArn }),
    ...(domains && {
      domainNames: domains.names,
      certificate: domains.certificate,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    }),
    defaultBehavior: { origin, ...behaviour },
    additionalBehaviors: Object.fromEntries(
      delivery.memberPatterns.map((pattern) => [pattern, { origin, ...memberBehaviour }]),
    ),
    // Cache-Control decides: CloudFront's own minimum is 10 s, for what is down now and may be up the next moment, too.
    errorResponses: [404, 500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
  });
  // Otherwise the first render would make the log group, and it would never expire.
  if (originResponse.logGroup) distribution.node.addDependency(originResponse.logGroup);
  if (cacheTags) setCacheTagHeader(distribution);
  if (plan !== undefined) {
    checkPlan(distribution, plan);
    if (subscribe) {
      const tier = subscribe === true ? plan : subscribe;
      createSubscription(scope, { tier, distribution, webAclArn: webAclArn!, zone: domains?.hostedZone });
    }
  }
  acknowledge(distribution, {
    'AwsSolutions-CFR1': 'Images are for the whole world; a site that wants less can restrict it.',
    'AwsSolutions-CFR2': 'A web ACL costs by the month: rateLimit or webAclArn turns one on.',
    'AwsSolutions-CFR3': 'Access logs are standard logging v2, which is set outside of the distribution.',
    'AwsSolutions-CFR4':
      'The certificate of *.cloudfront.net takes no minimum; with a domain of your own it is TLS 1.2.',
  });
  acknowledge(distribution, ORIGIN_FINDINGS);
  if (domains) createRecords(delivery, domains, distribution);
  return distribution;
}
