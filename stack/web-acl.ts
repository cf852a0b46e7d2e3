import { aws_wafv2 as waf } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { outputPrefix } from './names';

/**
 * A web ACL that answers 403 to an address that makes too many requests. Its rules change in place: one of a distribution
 * with a plan can be neither removed nor replaced. DG: flat-rate-pricing-plan.
 * @param scope the resizer
 * @param rateLimit requests in five minutes, the default window of a rate-based rule; without it, nothing is blocked
 * @returns its ARN
 */
export function createWebAcl(scope: Construct, rateLimit: number | undefined): string {
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
    rules:
      rateLimit === undefined
        ? []
        : [
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
