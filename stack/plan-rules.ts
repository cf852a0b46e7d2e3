import { type CfnResource, Stack, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Plan } from '../edge/config/features';
import { type PolicyProperty, brokenPlanRules, functionsOf } from '../edge/plan-rules';
import { renderedConfig, renderedProperties } from './rendered';

/** Ids of CloudFront's managed policies: the constants of the CDK's class, or of one that it extends. */
function idsIn(type: object, id: string): unknown[] {
  if (type === Function.prototype) return [];
  const policies = Object.getOwnPropertyNames(type)
    .filter((name) => /^[A-Z][A-Z\d_]*$/.test(name))
    .map((name) => (type as Record<string, Record<string, unknown>>)[name]!);
  return [...policies.map((policy) => policy[id]), ...idsIn(Object.getPrototypeOf(type) as object, id)];
}

const MANAGED: Record<PolicyProperty, unknown[]> = {
  CachePolicyId: idsIn(cloudfront.CachePolicy, 'cachePolicyId'),
  OriginRequestPolicyId: idsIn(cloudfront.OriginRequestPolicy, 'originRequestPolicyId'),
  ResponseHeadersPolicyId: idsIn(cloudfront.ResponseHeadersPolicy, 'responseHeadersPolicyId'),
};

/**
 * Makes synthesis fail on what a plan refuses of the distribution that has it, even if an aspect or an escape hatch set
 * it. DG: flat-rate-pricing-plan.
 */
export function checkPlan(distribution: cloudfront.Distribution, plan: Plan): void {
  const resource = distribution.node.defaultChild as cloudfront.CfnDistribution;
  distribution.node.addValidation({
    validate: () => {
      const others = resourcesBeside(resource, cloudfront.CfnDistribution).filter((each) => each !== resource);
      const broken = brokenPlanRules(plan, renderedConfig(resource), {
        others: others.map((other) => [other.node.path, renderedConfig(other)]),
        storesOf: (arn) => storesOf(resource, arn),
        isManaged: (property, id) => MANAGED[property].includes(id),
      });
      return [...broken].map((sentence) => `${sentence}.`);
    },
  });
}

/** ARNs of the KeyValueStores of a distribution's functions, as they will be in the template. */
export function keyValueStoresOf(distribution: cloudfront.Distribution): string[] {
  const resource = distribution.node.defaultChild as cloudfront.CfnDistribution;
  // These may be expressions of CloudFormation, which the CDK's types call strings.
  return functionsOf(renderedConfig(resource)).flatMap((arn) => storesOf(resource, arn)) as string[];
}

/** ARNs of the KeyValueStores of a function in the stack of a resource. */
function storesOf(resource: CfnResource, functionArn: unknown): unknown[] {
  const found = resourcesBeside(resource, cloudfront.CfnFunction).find(
    (each) => JSON.stringify(Stack.of(each).resolve(each.attrFunctionArn)) === JSON.stringify(functionArn),
  );
  if (!found) return [];
  const { FunctionConfig } = renderedProperties(found) as {
    FunctionConfig: { KeyValueStoreAssociations?: { KeyValueStoreARN: unknown }[] };
  };
  return (FunctionConfig.KeyValueStoreAssociations ?? []).map(({ KeyValueStoreARN }) => KeyValueStoreARN);
}

/** Resources of a type in the same stack. */
const resourcesBeside = <T extends CfnResource>(resource: CfnResource, type: new (...args: never[]) => T): T[] =>
  Stack.of(resource)
    .node.findAll()
    .filter((each): each is T => each instanceof type);
