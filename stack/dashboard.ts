import { type aws_cloudfront as cloudfront, aws_cloudwatch as cloudwatch, type aws_sqs as sqs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRICS } from '../edge/metrics';
import { type RenderMetrics, keptFor } from './metrics';
import type { Refresh } from './refresh';

export interface DashboardProps {
  distribution: cloudfront.Distribution;
  renders: RenderMetrics;
  /** Where the buckets are. */
  region: string;
  refresh: Refresh;
}

/** One page of what goes on: for viewers, in the renderer, after uploads, and what drives the bill. */
export function createDashboard(scope: Construct, props: DashboardProps): cloudwatch.Dashboard {
  const { distribution, renders, region, refresh } = props;
  const inQueue = (of: sqs.IQueue) => of.metricApproximateNumberOfMessagesVisible({ region });
  const kept = keptFor(distribution);
  return new cloudwatch.Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        graph('Cache hit rate, %', [distribution.metricCacheHitRate(kept)]),
        graph('Requests', [distribution.metricRequests(kept)]),
        graph('Errors, % of requests', [distribution.metric4xxErrorRate(kept), distribution.metric5xxErrorRate(kept)]),
      ],
      [
        graph('Renders by outcome', [renders.outcomes()]),
        graph('Time of a render, ms', [
          renders.lambda('Duration', 'p50'),
          renders.lambda('Duration', 'p95'),
          ...[METRICS.get, METRICS.render, METRICS.put].map((phase) => renders.own(phase, 'p50')),
        ]),
        graph('Lambda: errors and throttles', [
          renders.lambda('Errors', 'Sum'),
          renders.lambda('Throttles', 'Sum'),
          renders.lambda('ConcurrentExecutions', 'Maximum'),
        ]),
      ],
      [
        graph('Refresh: waiting and given up', [inQueue(refresh.queue), inQueue(refresh.deadLetters)]),
        graph('Cost: bytes to viewers', [distribution.metricBytesDownloaded(kept)]),
        graph('Cost: renders and their milliseconds', [
          renders.lambda('Invocations', 'Sum'),
          renders.lambda('Duration', 'Sum'),
        ]),
      ],
    ],
  });
}

const graph = (title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({ title, left, width: 8 });
