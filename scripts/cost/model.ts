import { PLAN_PRICES, PRICES, type PlanName } from '../prices';
import { CLASS_COUNT, type Measurement } from './measured';
import { gigabytes, hit, render, shield, storedMiss } from './units';

/** The traffic and the pictures of a site. */
export interface Workload extends Measurement {
  /** Requests a month. */
  hits: number;
  originals: number;
  /** Number of sizes that each original is requested in. */
  sizes: number;
  /** Percent of the hits that are read from S3, since no cache has them. */
  misses: number;
  /** Percent of the originals that are overwritten in a month. */
  changed: number;
  /** Of the rendering function. */
  memoryMb: number;
}

/** A plan, or none. */
type Tariff = 'as you go' | PlanName;

export const TARIFFS: Tariff[] = ['as you go', ...(Object.keys(PLAN_PRICES) as PlanName[])];

/** Dollars of one month. */
export interface Month {
  plan: number;
  cloudFront: number;
  s3: number;
  lambdaEdge: number;
  /** Logs, metrics, alarms, the dashboard and the queue. */
  operation: number;
  invalidations: number;
  renders: number;
  total: number;
}

/** What a tariff costs, and which of its allowances the site exceeds. */
export interface Bill {
  tariff: Tariff;
  /** With the renders of all variants, or of as many as there are requests. */
  first: Month;
  /** With the renders of overwritten originals only. */
  later: Month;
  /** The exceeded allowances; empty if none is. */
  exceeded: string[];
}

/** Lambda polls even an empty queue: 15 times a minute. */
const POLLS_A_MONTH = 15 * 60 * 24 * 30.4;
/** Without an Origin Shield there are no alarms for renders; without the function's own metrics, only for Lambda's. */
export const ALARMS: Readonly<Record<Tariff, number>> = { 'as you go': 6, free: 2, pro: 2, business: 2, premium: 4 };
const OWN_METRICS = 10;
const ADDITIONAL_METRICS = 8;
const FREE_INVALIDATIONS = 1_000;

/** Each change has two passes, and each of them invalidates. */
const PASSES = 2;

const { cloudFront, cloudWatch, s3, sqs } = PRICES;

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

export const variantsOf = ({ originals, sizes }: Workload): number => originals * sizes * CLASS_COUNT;

function operation(tariff: Tariff): number {
  const metrics = tariff === 'as you go' ? (OWN_METRICS + ADDITIONAL_METRICS) * cloudWatch.metricMonth : 0;
  return metrics + ALARMS[tariff] * cloudWatch.alarmMonth + cloudWatch.dashboardMonth + POLLS_A_MONTH * sqs.request;
}

function monthOf(workload: Workload, tariff: Tariff, renders: number, overwrites: number): Month {
  const { hits, bytes, milliseconds, memoryMb, misses } = workload;
  const stored = variantsOf(workload);
  const readAgain = Math.max(0, hits - renders) * (misses / 100);
  const plan = tariff === 'as you go' ? undefined : PLAN_PRICES[tariff];
  const shielded = plan ? 0 : (renders + readAgain) * shield;
  const kept = gigabytes(Math.min(stored, hits) * bytes) - (plan?.gigabytesStored ?? 0);
  // Without cache tags, one path invalidates a whole batch.
  const paths = tariff === 'free' ? 0 : PASSES * overwrites;
  // A pass has a HEAD and a LIST for the original, and a HEAD for each variant.
  const refresh = PASSES * overwrites * (s3.get + s3.list + (stored / workload.originals) * s3.get);
  const parts = {
    plan: plan?.month ?? 0,
    cloudFront: (plan ? 0 : hits * hit(bytes)) + shielded,
    s3: renders * render.s3 + readAgain * storedMiss.s3 + refresh + Math.max(0, kept) * s3.gigabyteMonth,
    lambdaEdge: renders * render.lambdaEdge(milliseconds, memoryMb) + readAgain * storedMiss.lambdaEdge(memoryMb),
    operation: operation(tariff) + renders * render.log + readAgain * storedMiss.log,
    invalidations: Math.max(0, paths - FREE_INVALIDATIONS) * cloudFront.invalidationPath,
  };
  return { ...parts, renders: Math.round(renders), total: sum(Object.values(parts)) };
}

function exceededBy({ hits, bytes }: Workload, tariff: Tariff): string[] {
  if (tariff === 'as you go') return [];
  const { requests, gigabytesOut } = PLAN_PRICES[tariff];
  return [
    ...(hits > requests ? [`${requests / 1e6}M requests`] : []),
    ...(gigabytes(hits * bytes) > gigabytesOut ? [`${gigabytesOut.toLocaleString('en')} GB`] : []),
  ];
}

/** What a workload costs in its first month and in a later one. */
export function billOf(workload: Workload, tariff: Tariff): Bill {
  const variants = Math.min(variantsOf(workload), workload.hits);
  const overwrites = workload.originals * (workload.changed / 100);
  return {
    tariff,
    first: monthOf(workload, tariff, variants, 0),
    later: monthOf(workload, tariff, variants * (workload.changed / 100), overwrites),
    exceeded: exceededBy(workload, tariff),
  };
}
