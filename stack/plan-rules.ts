import { type CfnResource, Stack, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { type Plan, type PlanFeature, lowestPlanWith, planHas } from '../edge/config/features';
import { PLANS } from '../edge/limits';
import { renderedProperties } from './rendered';

interface Behaviour {
  CachePolicyId?: unknown;
  OriginRequestPolicyId?: unknown;
  ResponseHeadersPolicyId?: unknown;
  FunctionAssociations?: { FunctionARN: unknown }[];
}

interface DistributionConfig {
  DefaultCacheBehavior: Behaviour;
  CacheBehaviors?: Behaviour[];
  CacheTagConfig?: unknown;
  ContinuousDeploymentPolicyId?: unknown;
  OriginGroups?: { Quantity: number };
  Origins: { OriginShield?: { Enabled: boolean }; S3OriginConfig?: { OriginAccessIdentity?: unknown } }[];
  WebACLId?: unknown;
}

/** Ids of the policies that CloudFront has itself: the constants of the CDK's class, or of one that it extends. */
function idsIn(type: object, id: string): unknown[] {
  if (type === Function.prototype) return [];
  const policies = Object.getOwnPropertyNames(type)
    .filter((name) => /^[A-Z][A-Z\d_]*$/.test(name))
    .map((name) => (type as Record<string, Record<string, unknown>>)[name]!);
  return [...policies.map((policy) => policy[id]), ...idsIn(Object.getPrototypeOf(type) as object, id)];
}

const POLICIES = [
  ['CachePolicyId', 'cache', idsIn(cloudfront.CachePolicy, 'cachePolicyId')],
  ['OriginRequestPolicyId', 'origin request', idsIn(cloudfront.OriginRequestPolicy, 'originRequestPolicyId')],
  ['ResponseHeadersPolicyId', 'response headers', idsIn(cloudfront.ResponseHeadersPolicy, 'responseHeadersPolicyId')],
] as const;

/**
 * Makes synthesis fail on what a plan refuses of the distribution that has it, even if an aspect or an escape hatch set
 * it. DG: flat-rate-pricing-plan.
 */
export function checkPlan(distribution: cloudfront.Distribution, plan: Plan): void {
  distribution.node.addValidation({ validate: () => [...brokenRules(distribution, plan)] });
}

function* brokenRules(distribution: cloudfront.Distribution, plan: Plan): Generator<string> {
  const resource = distribution.node.defaultChild as cloudfront.CfnDistribution;
  const config = configurationOf(resource);
  const behaviours = behavioursOf(config);
  const lacks = (feature: PlanFeature, what: string): string[] =>
    planHas(plan, feature) ? [] : [`The plan ${plan} has no ${what}; ${lowestPlanWith(feature)} has.`];

  if (config.WebACLId === undefined) yield 'A distribution with a plan needs a web ACL.';
  if (behaviours.length > PLANS[plan].behaviors) {
    yield `The plan ${plan} has ${PLANS[plan].behaviors} cache behaviours, the distribution has ${behaviours.length}.`;
  }
  if (config.Origins.some(({ OriginShield }) => OriginShield?.Enabled)) yield* lacks('originShield', 'Origin Shield');
  if (config.OriginGroups?.Quantity) yield* lacks('originShield', 'origin failover');
  if (config.CacheTagConfig !== undefined) yield* lacks('cacheTags', 'cache tags');
  if (config.ContinuousDeploymentPolicyId !== undefined)
    yield 'A distribution with a plan has no continuous deployment.';
  if (config.Origins.some(({ S3OriginConfig }) => S3OriginConfig?.OriginAccessIdentity)) {
    yield 'A distribution with a plan has no origin access identity, only an origin access control.';
  }
  for (const [property, kind, managed] of POLICIES) {
    const ids = behaviours.map((behaviour) => behaviour[property]).filter((id) => id !== undefined);
    if (ids.some((id) => !managed.includes(id))) yield* lacks('customPolicies', `custom ${kind} policies`);
  }
  if (behaviours.some(({ CachePolicyId }) => CachePolicyId === undefined)) {
    yield 'A distribution with a plan has no legacy cache settings.';
  }
  const functions = resourcesBeside(resource, cloudfront.CfnFunction);
  const used = functionsOf(config);
  const storing = functions.filter(
    (each) =>
      used.has(JSON.stringify(Stack.of(each).resolve(each.attrFunctionArn))) &&
      (renderedProperties(each) as { FunctionConfig: { KeyValueStoreAssociations?: unknown } }).FunctionConfig
        .KeyValueStoreAssociations !== undefined,
  );
  if (storing.length > 0) yield* lacks('keyValueStore', 'KeyValueStore');
  for (const other of resourcesBeside(resource, cloudfront.CfnDistribution)) {
    const others = configurationOf(other);
    if ([...functionsOf(others)].some((arn) => used.has(arn))) {
      yield `A function is shared with ${other.node.path}, which a plan does not allow.`;
    }
    if (config.WebACLId !== undefined && JSON.stringify(others.WebACLId) === JSON.stringify(config.WebACLId)) {
      yield `The web ACL is shared with ${other.node.path}, which a plan does not allow.`;
    }
  }
}

const configurationOf = (resource: cloudfront.CfnDistribution): DistributionConfig =>
  (renderedProperties(resource) as { DistributionConfig: DistributionConfig }).DistributionConfig;

const behavioursOf = ({ DefaultCacheBehavior, CacheBehaviors = [] }: DistributionConfig): Behaviour[] => [
  DefaultCacheBehavior,
  ...CacheBehaviors,
];

/** ARNs of the CloudFront Functions, as text: Lambda functions may be shared. */
const functionsOf = (config: DistributionConfig): Set<string> =>
  new Set(
    behavioursOf(config).flatMap(({ FunctionAssociations = [] }) =>
      FunctionAssociations.map(({ FunctionARN }) => JSON.stringify(FunctionARN)),
    ),
  );

/** The other resources of a type in the stack of one. */
const resourcesBeside = <T extends CfnResource>(resource: CfnResource, type: new (...args: never[]) => T): T[] =>
  Stack.of(resource)
    .node.findAll()
    .filter((each): each is T => each instanceof type && (each as unknown) !== resource);
