import { PLANS } from '../../../edge/limits';
import type { CacheBehavior, Deployment, Distribution, Subscription } from './deployment';
import { DeploymentError } from './error';
import { behaviorsOf } from './images';
import { MANAGED_CACHE_POLICIES, MANAGED_HEADERS_POLICIES, MANAGED_REQUEST_POLICIES } from './managed-policies';

type Tier = keyof typeof PLANS;
const TIERS = Object.keys(PLANS) as Tier[];

/** What only some plans have, and the lowest one that has it. */
type Feature = keyof (typeof PLANS)['free']['features'];

const lowestWith = (feature: Feature): string => TIERS.find((tier) => PLANS[tier].features[feature])!;

/**
 * What a flat-rate plan refuses of the distribution that has it. DG: flat-rate-pricing-plan
 * @throws DeploymentError with the plan that has what is refused
 */
export function checkPlans(deployment: Deployment): void {
  for (const subscription of deployment.subscriptions) {
    const refuse = (problem: string): never => {
      throw new DeploymentError(`${subscription.stack}/${subscription.logicalId}: ${problem}`);
    };
    const tier = TIERS.find((each) => each === subscription.tier);
    if (!tier) return refuse(`there is no plan ${subscription.tier}; there are ${TIERS.join(', ')}`);
    const distribution = deployment.distributions.find(({ arn }) => subscription.resourceArns.includes(arn));
    if (!distribution) return refuse('its resources name no distribution of the template');
    for (const problem of problemsOf(tier, subscription, distribution, deployment)) {
      refuse(problem);
    }
  }
}

function* problemsOf(
  tier: Tier,
  subscription: Subscription,
  distribution: Distribution,
  deployment: Deployment,
): Generator<string> {
  const { config } = distribution;
  const plan = PLANS[tier];
  const lacks = (feature: Feature, what: string): string[] =>
    plan.features[feature] ? [] : [`the plan ${tier} has no ${what}; ${lowestWith(feature)} has`];

  if (!config.WebACLId) yield `a distribution with a plan needs a web ACL, ${distribution.logicalId} has none`;
  else if (!subscription.resourceArns.includes(config.WebACLId)) {
    yield `the web ACL of ${distribution.logicalId} has to be among the resources of the plan`;
  }
  const behaviors = behaviorsOf(distribution);
  if (behaviors.length > plan.behaviors) {
    yield `the plan ${tier} has ${plan.behaviors} cache behaviors, ${distribution.logicalId} has ${behaviors.length}`;
  }
  if (config.Origins.some(({ OriginShield }) => OriginShield?.Enabled)) yield* lacks('originShield', 'Origin Shield');
  if (config.OriginGroups?.Quantity) yield* lacks('originShield', 'origin failover');
  if (config.CacheTagConfig) yield* lacks('cacheTags', 'cache tags');
  if (config.ContinuousDeploymentPolicyId) yield 'a distribution with a plan has no continuous deployment';
  if (config.Origins.some(({ S3OriginConfig }) => S3OriginConfig?.OriginAccessIdentity)) {
    yield 'a distribution with a plan has no origin access identity, only an origin access control';
  }
  for (const behavior of behaviors) {
    const custom = customPolicyOf(behavior);
    if (custom) yield* lacks('customPolicies', custom);
    if (behavior.CachePolicyId === undefined) yield 'a distribution with a plan has no legacy cache settings';
  }
  const used = functionsOf(distribution);
  const stores = deployment.cloudFrontFunctions.filter(({ arn }) => used.has(arn)).flatMap((each) => each.stores);
  if (stores.length > 0) yield* lacks('keyValueStore', 'KeyValueStore');
  if (stores.some((store) => !subscription.resourceArns.includes(store))) {
    yield `the KeyValueStore of ${distribution.logicalId} has to be among the resources of the plan`;
  }
  for (const other of deployment.distributions) {
    if (other === distribution) continue;
    const shared = [...functionsOf(other)].find((arn) => used.has(arn));
    if (shared) yield `${shared} is shared with ${other.logicalId}, which a plan does not allow`;
    if (config.WebACLId && other.config.WebACLId === config.WebACLId) {
      yield `the web ACL is shared with ${other.logicalId}, which a plan does not allow`;
    }
    const otherStores = deployment.cloudFrontFunctions
      .filter(({ arn }) => functionsOf(other).has(arn))
      .flatMap((each) => each.stores);
    if (otherStores.some((store) => stores.includes(store))) {
      yield `a KeyValueStore is shared with ${other.logicalId}, which a plan does not allow`;
    }
  }
}

function customPolicyOf(behavior: CacheBehavior): string | undefined {
  const { CachePolicyId: cache, OriginRequestPolicyId: request, ResponseHeadersPolicyId: headers } = behavior;
  if (cache !== undefined && !MANAGED_CACHE_POLICIES.has(cache)) return 'custom cache policies';
  if (request !== undefined && !MANAGED_REQUEST_POLICIES.has(request)) return 'custom origin request policies';
  if (headers !== undefined && !MANAGED_HEADERS_POLICIES.has(headers)) return 'custom response headers policies';
  return undefined;
}

/** ARNs of the CloudFront Functions of a distribution: Lambda functions may be shared. */
const functionsOf = (distribution: Distribution): Set<string> =>
  new Set(
    behaviorsOf(distribution).flatMap(({ FunctionAssociations = [] }) =>
      FunctionAssociations.map(({ FunctionARN }) => FunctionARN),
    ),
  );
