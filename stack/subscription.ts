import {
  CfnOutput,
  Lazy,
  Stack,
  type aws_cloudfront as cloudfront,
  aws_pricingplanmanager as plans,
  type aws_route53 as route53,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Plan } from '../edge/config/features';
import { distributionArn, outputPrefix } from './names';
import { keyValueStoresOf } from './plan-rules';

interface SubscriptionProps {
  /** The plan in the template. CloudFormation refuses a deploy unless the subscription has it. */
  tier: Plan;
  distribution: cloudfront.Distribution;
  webAclArn: string;
  /** Zone in which the stack creates the distribution's records, if it does. */
  zone: route53.IHostedZone | undefined;
}

/**
 * Subscribes a distribution to a flat-rate plan, with an output that says where a paid one is approved.
 * CloudFormation: AWS::PricingPlanManager::Subscription.
 * @param scope the resizer
 */
export function createSubscription(scope: Construct, { tier, distribution, webAclArn, zone }: SubscriptionProps): void {
  const { distributionId } = distribution;
  new plans.CfnSubscription(scope, 'Subscription', {
    planFamily: 'CloudFront',
    planTier: tier.toUpperCase(),
    resourceArns: Lazy.list({
      produce: () => [
        distributionArn(scope, distributionId),
        webAclArn,
        ...(zone ? [zone.hostedZoneArn] : []),
        ...keyValueStoresOf(distribution),
      ],
    }),
  });
  if (tier === 'free') return;
  new CfnOutput(Stack.of(scope), `${outputPrefix(scope)}PlanApproval`, {
    value: `https://console.aws.amazon.com/cloudfront/v4/home#/distributions/${distributionId}`,
    description: 'Approve the paid plan here: until then it is pending, and you pay as you go',
  });
}
