import { CfnOutput, Stack, type aws_cloudfront as cloudfront, aws_pricingplanmanager as plans } from 'aws-cdk-lib';
import type { aws_route53 as route53 } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Plan } from '../edge/config/features';
import { distributionArn, outputPrefix } from './names';

export interface SubscriptionProps {
  plan: Plan;
  distribution: cloudfront.IDistribution;
  webAclArn: string;
  /** Of the records of the distribution's names, if the stack creates them. */
  zone: route53.IHostedZone | undefined;
  /** Of the distribution's function, if it takes signatures. */
  signingKeys: cloudfront.IKeyValueStore | undefined;
}

/**
 * Subscribes a distribution to a flat-rate plan, with an output that says where a paid one is approved.
 * CloudFormation: AWS::PricingPlanManager::Subscription.
 * @param scope the resizer
 */
export function createSubscription(
  scope: Construct,
  { plan, distribution, webAclArn, zone, signingKeys }: SubscriptionProps,
): void {
  const { distributionId } = distribution;
  new plans.CfnSubscription(scope, 'Subscription', {
    planFamily: 'CloudFront',
    planTier: plan.toUpperCase(),
    resourceArns: [
      distributionArn(scope, distributionId),
      webAclArn,
      ...(zone ? [zone.hostedZoneArn] : []),
      ...(signingKeys ? [signingKeys.keyValueStoreArn] : []),
    ],
  });
  if (plan === 'free') return;
  new CfnOutput(Stack.of(scope), `${outputPrefix(scope)}PlanApproval`, {
    value: `https://console.aws.amazon.com/cloudfront/v4/home#/distributions/${distributionId}`,
    description: 'Approve the paid plan here: until then it is pending, and you pay as you go',
  });
}
