/**
 * What a flat-rate plan does not allow of a distribution. The construct checks it at synthesis, and the local
 * distribution when it reads the template. DG: flat-rate-pricing-plan.
 */
import { type Plan, type PlanFeature, lowestPlanWith, planHas } from './config/features';
import { PLANS } from './limits';

/** Properties of a behaviour by CloudFormation's names; references may be unresolved. */
interface Behaviour {
  CachePolicyId?: unknown;
  OriginRequestPolicyId?: unknown;
  ResponseHeadersPolicyId?: unknown;
  FunctionAssociations?: { FunctionARN: unknown }[];
}

/** Properties of a distribution by CloudFormation's names. */
export interface PlannedConfig {
  DefaultCacheBehavior: Behaviour;
  CacheBehaviors?: Behaviour[];
  CacheTagConfig?: unknown;
  ContinuousDeploymentPolicyId?: unknown;
  OriginGroups?: { Quantity?: number };
  Origins: { OriginShield?: { Enabled: boolean }; S3OriginConfig?: { OriginAccessIdentity?: unknown } }[];
  WebACLId?: unknown;
}

const POLICIES = {
  CachePolicyId: 'cache',
  OriginRequestPolicyId: 'origin request',
  ResponseHeadersPolicyId: 'response headers',
} as const;

/** A property that names a policy. */
export type PolicyProperty = keyof typeof POLICIES;

/** What matters besides the distribution's own properties. */
export interface Surroundings {
  /** The other distributions, each with a name that a person knows. */
  others: [name: string, config: PlannedConfig][];
  /** KeyValueStores of a CloudFront Function, by its ARN. */
  storesOf(functionArn: unknown): unknown[];
  /** Whether a policy is CloudFront's own. */
  isManaged(property: PolicyProperty, id: unknown): boolean;
}

/** A sentence for each rule that a distribution breaks. */
export function* brokenPlanRules(
  plan: Plan,
  config: PlannedConfig,
  { others, storesOf, isManaged }: Surroundings,
): Generator<string> {
  const behaviours = behavioursOf(config);
  const lacks = (feature: PlanFeature, what: string): string[] =>
    planHas(plan, feature) ? [] : [`The plan ${plan} has no ${what}; ${lowestPlanWith(feature)} has`];

  if (!config.WebACLId) yield 'A distribution with a plan needs a web ACL';
  if (behaviours.length > PLANS[plan].behaviors) {
    yield `The plan ${plan} has ${PLANS[plan].behaviors} cache behaviours, the distribution has ${behaviours.length}`;
  }
  if (config.Origins.some(({ OriginShield }) => OriginShield?.Enabled)) yield* lacks('originShield', 'Origin Shield');
  if (config.OriginGroups?.Quantity) yield* lacks('originShield', 'origin failover');
  if (config.CacheTagConfig) yield* lacks('cacheTags', 'cache tags');
  if (config.ContinuousDeploymentPolicyId) yield 'A distribution with a plan has no continuous deployment';
  if (config.Origins.some(({ S3OriginConfig }) => S3OriginConfig?.OriginAccessIdentity)) {
    yield 'A distribution with a plan has no origin access identity, only an origin access control';
  }
  for (const [property, kind] of Object.entries(POLICIES) as [PolicyProperty, string][]) {
    const ids = behaviours.map((behaviour) => behaviour[property]).filter((id) => id !== undefined);
    if (ids.some((id) => !isManaged(property, id))) yield* lacks('customPolicies', `custom ${kind} policies`);
  }
  if (behaviours.some(({ CachePolicyId }) => CachePolicyId === undefined)) {
    yield 'A distribution with a plan has no legacy cache settings';
  }
  const functions = functionsOf(config);
  const stores = functions.flatMap(storesOf);
  if (stores.length > 0) yield* lacks('keyValueStore', 'KeyValueStore');
  for (const [name, other] of others) {
    const shared = (what: string) => `${what} is shared with ${name}, which a plan does not allow`;
    const otherFunctions = functionsOf(other);
    if (overlap(functions, otherFunctions)) yield shared('A function');
    if (overlap(stores, otherFunctions.flatMap(storesOf))) yield shared('A KeyValueStore');
    if (config.WebACLId && overlap([config.WebACLId], [other.WebACLId])) yield shared('The web ACL');
  }
}

const behavioursOf = ({ DefaultCacheBehavior, CacheBehaviors = [] }: PlannedConfig): Behaviour[] => [
  DefaultCacheBehavior,
  ...CacheBehaviors,
];

/** ARNs of the CloudFront Functions of a distribution: Lambda functions may be shared. */
export const functionsOf = (config: PlannedConfig): unknown[] =>
  behavioursOf(config).flatMap(({ FunctionAssociations = [] }) =>
    FunctionAssociations.map(({ FunctionARN }) => FunctionARN),
  );

/** Whether two lists have an entry in common, which may be an expression of CloudFormation. */
function overlap(some: unknown[], others: unknown[]): boolean {
  const texts = new Set(others.map((each) => JSON.stringify(each)));
  return some.some((each) => texts.has(JSON.stringify(each)));
}
