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
import { ConfigError } from '../edge/config/checked';
import type { Features } from '../edge/config/features';
import { LAMBDA_EDGE } from '../edge/limits';
import { METRICS, UNSTORED } from '../edge/metrics';
import type { Places } from './places';
import type { Refresh } from './refresh';

interface MonitoringProps {
  places: Places;
  distribution: cloudfront.IDistribution;
  /** Whether the distribution serves nothing else. */
  isOwn: boolean;
  features: Features;
  /** Name of the function that renders. */
  renderFunctionName: string;
  refresh: Refresh;
  /** Gets a mail from each alarm; without it, alarms show in the console alone. */
  alarmEmail: string | undefined;
  /** Get a message from each alarm of their region. */
  alarmTopics: sns.ITopic[];
}

/**
 * Adds the dashboard to a scope, and the alarms to the stacks of the regions where their metrics are.
 * @throws ConfigError where topics are given and a region with alarms has none
 */
export function createMonitoring(scope: Construct, props: MonitoringProps): cloudwatch.Alarm[] {
  const { renders: region } = props.places.regions;
  // Without an Origin Shield, renders run in many regions: too many to have alarms in each.
  const renders = region === undefined ? undefined : new RenderMetrics(props.renderFunctionName, region);
  createDashboard(scope, renders, props);
  return createAlarms(renders, props);
}

/** One page: what viewers see, the renderer, what follows uploads, and what drives the bill. */
function createDashboard(scope: Construct, renders: RenderMetrics | undefined, props: MonitoringProps): void {
  const { places, distribution, isOwn, features, refresh } = props;
  const messagesIn = (queue: sqs.IQueue) =>
    queue.metricApproximateNumberOfMessagesVisible({ region: places.regions.originals });
  const viewers = (name: string, statistic: string) => distributionMetric(distribution, name, statistic);
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        ...(isOwn && !features.distributionMetrics
          ? []
          : [graph('Cache hit rate, %', [viewers('CacheHitRate', 'Average')])]),
        graph('Requests', [viewers('Requests', 'Sum')]),
        graph('Errors, % of requests', [viewers('4xxErrorRate', 'Average'), viewers('5xxErrorRate', 'Average')]),
      ],
      ...(renders ? [rendererGraphs(renders, features)] : []),
      [
        graph('Refresh: waiting and given up', [messagesIn(refresh.queue), messagesIn(refresh.deadLetters)]),
        graph('Cost: bytes to viewers', [viewers('BytesDownloaded', 'Sum')]),
        ...(renders
          ? [
              graph('Cost: renders and their milliseconds', [
                renders.lambda('Invocations', 'Sum'),
                renders.lambda('Duration', 'Sum'),
              ]),
            ]
          : []),
      ],
    ],
  });
}

const rendererGraphs = (renders: RenderMetrics, { renderMetrics }: Features): cloudwatch.GraphWidget[] => [
  ...(renderMetrics ? [graph('Renders by outcome', [renders.outcomes()])] : []),
  graph('Time of a render, ms', [
    renders.lambda('Duration', 'p50'),
    renders.lambda('Duration', 'p95'),
    ...(renderMetrics ? [METRICS.get, METRICS.render, METRICS.put].map((phase) => renders.own(phase, 'p50')) : []),
  ]),
  graph('Lambda: errors and throttles', [
    renders.lambda('Errors', 'Sum'),
    renders.lambda('Throttles', 'Sum'),
    renders.lambda('ConcurrentExecutions', 'Maximum'),
  ]),
];

const graph = (title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({ title, left, width: 8 });

/** Share of responses with a 5xx, in per cent, above which somebody should look. */
const SERVER_ERRORS_PERCENT = 1;

/** An alarm can only be in the region of its metric. */
function createAlarms(renders: RenderMetrics | undefined, props: MonitoringProps): cloudwatch.Alarm[] {
  const { places, distribution, isOwn, features, refresh, alarmEmail, alarmTopics } = props;
  const byRegion = new Map<string, Alarms>();
  const alarmsIn = (region: string): Alarms => {
    const alarms =
      byRegion.get(region) ?? new Alarms(places.scopeIn(region), 'Alarms', alarmEmail, topicsIn(region, alarmTopics));
    byRegion.set(region, alarms);
    return alarms;
  };
  // We do not watch somebody else's distribution: most of its responses may not be images.
  if (isOwn) {
    alarmsIn(LAMBDA_EDGE.region).above(
      'ServerErrors',
      distributionMetric(distribution, '5xxErrorRate', 'Average'),
      SERVER_ERRORS_PERCENT,
      3,
      `More than ${SERVER_ERRORS_PERCENT} % of responses are 5xx. See docs/troubleshooting.md.`,
    );
  }
  if (renders) watchRenders(alarmsIn(renders.region), renders, features);
  alarmsIn(Stack.of(refresh).region).any(
    'DeadLetters',
    refresh.deadLetters.metricApproximateNumberOfMessagesVisible(),
    'Changes of originals could not be processed: stale variants may be served. See docs/troubleshooting.md.',
  );
  return [...byRegion.values()].flatMap(({ all }) => all);
}

function watchRenders(alarms: Alarms, renders: RenderMetrics, { renderMetrics }: Features): void {
  alarms.any('Errors', renders.lambda('Errors', 'Sum'), 'The rendering function failed: viewers saw a 5xx.');
  alarms.any(
    'Throttles',
    renders.lambda('Throttles', 'Sum'),
    "Renders were throttled: raise the account's Lambda concurrency in this region. See docs/deploy.md.",
  );
  if (!renderMetrics) return;
  alarms.any(
    'VariantsDenied',
    renders.own(METRICS.denied, 'Sum'),
    'S3 answered 403 for variants: the policy of their bucket is not the one of this stack. Every miss renders again.',
  );
  alarms.any(
    'Unstored',
    renders.answers(UNSTORED),
    'A variant was rendered but could not be stored, so each miss renders it again. See docs/troubleshooting.md.',
  );
}

/** The topics of a region. @throws ConfigError if topics are given and this region has none */
function topicsIn(region: string, topics: sns.ITopic[]): sns.ITopic[] {
  const there = topics.filter(({ env }) => env.region === region);
  if (there.length > 0 || topics.length === 0) return there;
  throw new ConfigError(
    `There are alarms in ${region}, and an alarm can only notify a topic of its own region. Give a list of topics with one in ${region} as alarmTopic.`,
  );
}

const FIVE_MINUTES = Duration.minutes(5);

/** The alarms of one region, with the topic that mails them. */
class Alarms extends Construct {
  readonly all: cloudwatch.Alarm[] = [];
  readonly #topics: sns.ITopic[];

  constructor(scope: Construct, id: string, email: string | undefined, topics: sns.ITopic[]) {
    super(scope, id);
    this.#topics = email === undefined ? topics : [...topics, this.#createTopic(email)];
  }

  #createTopic(email: string): sns.Topic {
    const topic = new sns.Topic(this, 'Topic', { displayName: 'Image resizer', enforceSSL: true });
    // The policy that enforces TLS replaces the default one of SNS, which let the account's alarms publish.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new subscriptions.EmailSubscription(email));
    return topic;
  }

  /** An alarm for what should never happen: it goes off the first time. */
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
    this.all.push(alarm);
    for (const topic of this.#topics) alarm.addAlarmAction(new actions.SnsAction(topic));
  }
}

/**
 * A metric of any distribution. CloudWatch only finds it by all the dimensions that it was written with.
 * DG: programming-cloudwatch-metrics.
 */
const distributionMetric = (
  { distributionId }: cloudfront.IDistribution,
  metricName: string,
  statistic: string,
): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    statistic,
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
