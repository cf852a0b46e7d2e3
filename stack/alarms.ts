import {
  Aws,
  Duration,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_iam as iam,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

const FIVE_MINUTES = Duration.minutes(5);

/** The alarms of one region, where their metrics are, and whom they tell. */
export class Alarms extends Construct {
  readonly #topic: sns.Topic | undefined;

  /** @param email who is told; nobody without it, and the alarms show in the console alone */
  constructor(scope: Construct, id: string, email: string | undefined) {
    super(scope, id);
    if (email === undefined) return;
    this.#topic = new sns.Topic(this, 'Topic', { displayName: 'Image resizer', enforceSSL: true });
    // A policy of its own, as the one for TLS makes it, takes the place of SNS's, which let the account's alarms publish.
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

  /** Goes off as soon as there is one of what should not be at all. */
  any(id: string, metric: cloudwatch.Metric, description: string): void {
    this.above(id, metric.with({ statistic: 'Sum' }), 0, 1, description);
  }

  /** Goes off when a metric is above a threshold for so many times five minutes in a row. */
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
