import { aws_wafv2 as waf } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A web ACL that answers 403 to an address over its share of requests.
 * @param rateLimit requests in five minutes, the window of a rate-based rule when none is said
 * @returns its ARN
 */
export function createRateLimit(scope: Construct, rateLimit: number): string {
  const visibility = (metricName: string) => ({
    cloudWatchMetricsEnabled: true,
    metricName,
    sampledRequestsEnabled: true,
  });
  const acl = new waf.CfnWebACL(scope, 'WebAcl', {
    description: 'Bounds what one address can ask of the image resizer',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('ImageResizer'),
    rules: [
      {
        name: 'RatePerAddress',
        priority: 0,
        action: { block: {} },
        statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: rateLimit } },
        visibilityConfig: visibility('RatePerAddress'),
      },
    ],
  });
  return acl.attrArn;
}
