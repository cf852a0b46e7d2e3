/** What can be watched: a dashboard, alarms, and the metrics that both are made of. */
import {
  Aws,
  Duration,
  Stack,
  type aws_cloudfront as cloudfront,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_iam as iam,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LAMBDA_EDGE } from '../edge/limits';
import { METRICS, UNSTORED } from '../edge/metrics';
import type { Places } from './places';
import type { Refresh } from './refresh';

export interface MonitoringProps {
  places: Places;
  distribution: cloudfront.Distribution;
  /** Name of the function that renders. */
  renderFunctionName: string;
  refresh: Refresh;
  /** Gets a mail from each alarm; without it, alarms show in the console alone. */
  alarmEmail: string | undefined;
}

/** Adds the dashboard to a scope, and the alarms to the stacks of the regions where their metrics are. */
export function createMonitoring(scope: Construct, props: MonitoringProps): void {
  const renders = new RenderMetrics(props.renderFunctionName, props.places.regions.renders);
  createDashboard(scope, renders, props);
  createAlarms(renders, props);
}

/** One page: what viewers see, the renderer, what follows uploads, and what drives the bill. */
function createDashboard(scope: Construct, renders: RenderMetrics, props: MonitoringProps): void {
  const { places, distribution, refresh } = props;
  const messagesIn = (queue: sqs.IQueue) =>
    queue.metricApproximateNumberOfMessagesVisible({ region: places.regions.originals });
  const options = distributionMetricOptions(distribution);
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        graph('Cache hit rate, %', [distribution.metricCacheHitRate(options)]),
        graph('Requests', [distribution.metricRequests(options)]),
        graph('Errors, % of requests', [
          distribution.metric4xxErrorRate(options),
          distribution.metric5xxErrorRate(options),
        ]),
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
        graph('Refresh: waiting and given up', [messagesIn(refresh.queue), messagesIn(refresh.deadLetters)]),
        graph('Cost: bytes to viewers', [distribution.metricBytesDownloaded(options)]),
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

/** Share of responses with a 5xx, in per cent, above which somebody should look. */
const SERVER_ERRORS_PERCENT = 1;

/** An alarm can only be in the region of its metric. */
function createAlarms(renders: RenderMetrics, props: MonitoringProps): void {
  const { places, distribution, refresh, alarmEmail } = props;
  const byRegion = new Map<string, Alarms>();
  const alarmsIn = (region: string): Alarms => {
    const alarms = byRegion.get(region) ?? new Alarms(places.scopeIn(region), 'Alarms', alarmEmail);
    byRegion.set(region, alarms);
    return alarms;
  };
  alarmsIn(LAMBDA_EDGE.region).above(
    'ServerErrors',
    distribution.metric5xxErrorRate(distributionMetricOptions(distribution)),
    SERVER_ERRORS_PERCENT,
    3,
    `More than ${SERVER_ERRORS_PERCENT} % of responses are 5xx. See docs/troubleshooting.md.`,
  );
  const renderAlarms = alarmsIn(renders.region);
  renderAlarms.any('Errors', renders.lambda('Errors', 'Sum'), 'The rendering function failed: viewers saw a 5xx.');
  renderAlarms.any(
    'Throttles',
    renders.lambda('Throttles', 'Sum'),
    "Renders were throttled: raise the account's Lambda concurrency in this region. See docs/deploy.md.",
  );
  renderAlarms.any(
    'VariantsDenied',
    renders.own(METRICS.denied, 'Sum'),
    'S3 answered 403 for variants: the policy of their bucket is not the one of this stack. Every miss renders again.',
  );
  renderAlarms.any(
    'Unstored',
    renders.answers(UNSTORED),
    'A variant was rendered but could not be stored, so each miss renders it again. See docs/troubleshooting.md.',
  );
  alarmsIn(Stack.of(refresh).region).any(
    'DeadLetters',
    refresh.deadLetters.metricApproximateNumberOfMessagesVisible(),
    'Changes of originals could not be processed: stale variants may be served. See docs/troubleshooting.md.',
  );
}

const FIVE_MINUTES = Duration.minutes(5);

/** The alarms of one region, with the topic that mails them. */
class Alarms extends Construct {
  readonly #topic: sns.Topic | undefined;

  constructor(scope: Construct, id: string, email: string | undefined) {
    super(scope, id);
    if (email === undefined) return;
    this.#topic = new sns.Topic(this, 'Topic', { displayName: 'Image resizer', enforceSSL: true });
    // The policy that enforces TLS replaces the default one of SNS, which let the account's alarms publish.
    this.#topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.#topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.#topic.addSubscription(new subscriptions.EmailSubscription(email));
  }

  /** Goes off at the first of what should never happen. */
  any(id: string, metric: cloudwatch.Metric, description: string): void {
    this.above(id, metric.with({ statistic: 'Sum' }), 0, 1, description);
  }

  /** @param periods of five minutes in a row during which the metric is above the threshold */
  above(id: string, metric: cloudwatch.Metric, threshold: number, periods: number, description: string): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric: metric.with({ period: FIVE_MINUTES }),
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: description,
    });
    if (this.#topic) alarm.addAlarmAction(new actions.SnsAction(this.#topic));
  }
}

/**
 * The region and the second dimension that the CDK leaves out of a distribution's metrics. CloudWatch finds a metric
 * only by all the dimensions that it was written with. DG: programming-cloudwatch-metrics.
 */
const distributionMetricOptions = ({ distributionId }: cloudfront.IDistribution): cloudwatch.MetricOptions => ({
  region: LAMBDA_EDGE.region,
  dimensionsMap: { DistributionId: distributionId, Region: 'Global' },
});

/** Metrics of the rendering function, in the region where CloudFront runs it. */
class RenderMetrics {
  readonly region: string;
  readonly #functionName: string;

  constructor(functionName: string, region: string) {
    this.#functionName = functionName;
    this.region = region;
  }

  /** A metric that the function writes into its log. */
  own(name: string, statistic: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRICS.namespace,
      metricName: name,
      dimensionsMap: { [METRICS.function]: this.#functionName },
      statistic,
      region: this.region,
    });
  }

  /** Number of answers of one outcome. */
  answers(outcome: string): cloudwatch.Metric {
    const dimensionsMap = { [METRICS.function]: this.#functionName, [METRICS.outcome]: outcome };
    return this.own(METRICS.answers, 'Sum').with({ dimensionsMap });
  }

  /** Number of answers, one line for each outcome. */
  outcomes(): cloudwatch.MathExpression {
    const dimensions = `${METRICS.namespace},${METRICS.function},${METRICS.outcome}`;
    return new cloudwatch.MathExpression({
      expression: `SEARCH('{${dimensions}} MetricName="${METRICS.answers}" ${METRICS.function}="${this.#functionName}"', 'Sum', 300)`,
      usingMetrics: {},
      label: '',
      searchRegion: this.region,
    });
  }

  /** A metric of Lambda's, which puts the home region before the name of a function that CloudFront runs. */
  lambda(name: 'Invocations' | 'Errors' | 'Throttles' | 'Duration' | 'ConcurrentExecutions', statistic: string) {
    return new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName: name,
      dimensionsMap: { FunctionName: `${LAMBDA_EDGE.region}.${this.#functionName}` },
      statistic,
      region: this.region,
    });
  }
}
