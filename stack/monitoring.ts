import type { aws_cloudfront as cloudfront, aws_sqs as sqs } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { LAMBDA_EDGE } from '../edge/limits';
import { METRICS, UNSTORED } from '../edge/metrics';
import { Alarms } from './alarms';
import { type RenderMetrics, keptFor } from './metrics';
import type { SupportStacks } from './support-stacks';

export interface MonitoringProps {
  distribution: cloudfront.Distribution;
  renders: RenderMetrics;
  deadLetters: sqs.IQueue;
  /** Who gets a mail when an alarm goes off. */
  email: string | undefined;
}

/** Share of answers with a 5xx, in per cent, at which somebody should look. */
const SERVER_ERRORS_PERCENT = 1;

/** Makes the alarms, each in the region where its metric is: there is no other place for it. */
export function createAlarms(stacks: SupportStacks, props: MonitoringProps): void {
  const { distribution, renders, deadLetters, email } = props;
  const byRegion = new Map<string, Alarms>();
  const alarmsIn = (region: string): Alarms => {
    const alarms = byRegion.get(region) ?? new Alarms(stacks.in(region), 'Alarms', email);
    byRegion.set(region, alarms);
    return alarms;
  };
  alarmsIn(LAMBDA_EDGE.region).above(
    'ServerErrors',
    distribution.metric5xxErrorRate(keptFor(distribution)),
    SERVER_ERRORS_PERCENT,
    3,
    `More than ${SERVER_ERRORS_PERCENT} % of answers are 5xx. See docs/troubleshooting.md.`,
  );
  const atRenders = alarmsIn(renders.region);
  atRenders.any('Errors', renders.lambda('Errors', 'Sum'), 'The rendering function failed: viewers saw a 5xx.');
  atRenders.any(
    'Throttles',
    renders.lambda('Throttles', 'Sum'),
    "Renders were throttled: raise the account's Lambda concurrency in this region. See docs/deploy.md.",
  );
  atRenders.any(
    'VariantsDenied',
    renders.own(METRICS.denied, 'Sum'),
    'S3 answered 403 for variants: the policy of their bucket is not the one of this stack. All are rendered anew.',
  );
  atRenders.any(
    'Unstored',
    renders.answers(UNSTORED),
    'What was rendered could not be stored, and is rendered anew for each miss. See docs/troubleshooting.md.',
  );
  alarmsIn(Stack.of(deadLetters).region).any(
    'DeadLetters',
    deadLetters.metricApproximateNumberOfMessagesVisible(),
    'Overwritten originals could not be reconciled: stale variants may be served. See docs/troubleshooting.md.',
  );
}
