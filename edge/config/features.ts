import { PLANS } from '../limits';

/** A flat-rate plan of a distribution. */
export type Plan = keyof typeof PLANS;

/** A feature that not every plan has. */
export type PlanFeature = keyof (typeof PLANS)[Plan]['features'];

export const PLAN_NAMES = Object.keys(PLANS) as [Plan, ...Plan[]];

/** Whether a plan has a feature. Pay as you go (undefined) has all of them. */
export const planHas = (plan: Plan | undefined, feature: PlanFeature): boolean =>
  plan === undefined || PLANS[plan].features[feature];

/** The lowest plan that has a feature. */
export const lowestPlanWith = (feature: PlanFeature): Plan => PLAN_NAMES.find((plan) => planHas(plan, feature))!;

/** Whether one plan is lower than another. */
export const isLower = (plan: Plan, other: Plan): boolean => PLAN_NAMES.indexOf(plan) < PLAN_NAMES.indexOf(other);

/** Which of the features that some plans lack, or that cost extra, a stack uses. */
export interface Features {
  cacheTags: boolean;
  customPolicies: boolean;
  originShield: boolean;
  /** The distribution's additional metrics, like the cache hit rate. */
  distributionMetrics: boolean;
  /** The metrics that the rendering function writes into its log. */
  renderMetrics: boolean;
}

/** The settings of `stack` that decide which features are used. */
interface FeatureSettings {
  plan?: Plan | undefined;
  shield?: boolean | undefined;
  metrics?: boolean | undefined;
}

/** The features that a stack uses, from its settings and its plan. */
export function featuresOf({ plan, shield, metrics }: FeatureSettings): Features {
  const originShield = shield ?? planHas(plan, 'originShield');
  return {
    cacheTags: planHas(plan, 'cacheTags'),
    customPolicies: planHas(plan, 'customPolicies'),
    originShield,
    distributionMetrics: metrics ?? plan === undefined,
    // Without an Origin Shield, they are charged in each region that renders.
    renderMetrics: metrics ?? (plan === undefined && originShield),
  };
}
