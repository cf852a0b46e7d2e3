import { PLANS } from '../limits';

/** A flat-rate plan of a distribution. */
export type Plan = keyof typeof PLANS;

/** Something that not all plans have. */
export type PlanFeature = keyof (typeof PLANS)[Plan]['features'];

export const PLAN_NAMES = Object.keys(PLANS) as [Plan, ...Plan[]];

/** Whether a plan has something; without a plan, all of CloudFront can be used. */
export const planHas = (plan: Plan | undefined, feature: PlanFeature): boolean =>
  plan === undefined || PLANS[plan].features[feature];

/** The lowest plan that has something. */
export const lowestPlanWith = (feature: PlanFeature): Plan => PLAN_NAMES.find((plan) => planHas(plan, feature))!;

/** Whether a plan has less than another. */
export const isLower = (plan: Plan, other: Plan): boolean => PLAN_NAMES.indexOf(plan) < PLAN_NAMES.indexOf(other);

/** What a stack uses of what plans and money bound. */
export interface Features {
  cacheTags: boolean;
  customPolicies: boolean;
  originShield: boolean;
  /** The distribution's additional metrics, such as the cache hit rate. */
  distributionMetrics: boolean;
  /** Those that the rendering function writes into its log. */
  renderMetrics: boolean;
}

/** Settings of the section `stack` that decide what is used. */
interface FeatureSettings {
  plan?: Plan | undefined;
  shield?: boolean | undefined;
  metrics?: boolean | undefined;
}

/** What a stack uses, by its settings and its plan. */
export function featuresOf({ plan, shield, metrics }: FeatureSettings): Features {
  const originShield = shield ?? planHas(plan, 'originShield');
  return {
    cacheTags: planHas(plan, 'cacheTags'),
    customPolicies: planHas(plan, 'customPolicies'),
    originShield,
    distributionMetrics: metrics ?? plan === undefined,
    // Without an Origin Shield they are paid for in each region where renders run.
    renderMetrics: metrics ?? (plan === undefined && originShield),
  };
}
