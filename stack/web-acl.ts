import { aws_wafv2 as waf } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { outputPrefix } from './names';

/**
 * A web ACL that answers 403 to an address that makes too many requests.
 * @param scope the resizer
 * @param rateLimit requests in five minutes, the default window of a rate-based rule
 * @returns its ARN
 */
export function createWebAcl(scope: Construct, rateLimit: number): string {
  const visibility = (metricName: string) => ({
    cloudWatchMetricsEnabled: true,
    metricName,
    sampledRequestsEnabled: true,
  });
  const acl = new waf.CfnWebACL(scope, 'WebAcl', {
    description: 'Limits the requests of one address to the image resizer',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(`ImageResizer${outputPrefix(scope)}`),
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
