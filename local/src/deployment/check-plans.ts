import { PLANS } from '../../../edge/limits';
import { type PolicyProperty, brokenPlanRules, functionsOf } from '../../../edge/plan-rules';
import type { Deployment, DistributionDefinition, Subscription } from './deployment';
import { errorOf } from './error';
import { MANAGED_CACHE_POLICIES, MANAGED_HEADERS_POLICIES, MANAGED_REQUEST_POLICIES } from './managed-policies';

type Tier = keyof typeof PLANS;
const TIERS = Object.keys(PLANS) as Tier[];

const MANAGED: Record<PolicyProperty, { has(id: string): boolean }> = {
  CachePolicyId: MANAGED_CACHE_POLICIES,
  OriginRequestPolicyId: MANAGED_REQUEST_POLICIES,
  ResponseHeadersPolicyId: MANAGED_HEADERS_POLICIES,
};

/**
 * Refuses distributions that use what their flat-rate plan lacks. DG: flat-rate-pricing-plan
 * @throws DeploymentError that names the lowest plan with the feature
 */
export function checkPlans(deployment: Deployment): void {
  for (const subscription of deployment.subscriptions) {
    const tier = TIERS.find((each) => each === subscription.tier);
    if (!tier) throw errorOf(subscription, `there is no plan ${subscription.tier}; there are ${TIERS.join(', ')}`);
    const distribution = deployment.distributions.find(({ arn }) => subscription.resourceArns.includes(arn));
    if (!distribution) throw errorOf(subscription, 'its resources name no distribution of the template');
    for (const problem of problemsOf(tier, subscription, distribution, deployment)) {
      throw errorOf(subscription, `${distribution.logicalId}: ${problem}`);
    }
  }
}

function* problemsOf(
  tier: Tier,
  { resourceArns }: Subscription,
  distribution: DistributionDefinition,
  deployment: Deployment,
): Generator<string> {
  const { config } = distribution;
  const storesOf = (functionArn: unknown) =>
    deployment.cloudFrontFunctions.find(({ arn }) => arn === functionArn)?.stores ?? [];
  yield* brokenPlanRules(tier, config, {
    others: deployment.distributions
      .filter((other) => other !== distribution)
      .map((other) => [other.logicalId, other.config]),
    storesOf,
    isManaged: (property, id) => MANAGED[property].has(id as string),
  });
  const mustName = (what: string) => `${what} has to be among the resources of the plan`;
  if (!resourceArns.includes(config.WebACLId!)) yield mustName('The web ACL');
  const stores = functionsOf(config).flatMap(storesOf);
  if (stores.some((store) => !resourceArns.includes(store))) yield mustName('A KeyValueStore');
}
