import { type aws_cloudfront as cloudfront, aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { METRICS } from '../edge/metrics';
import { LAMBDA_EDGE } from '../edge/limits';

/**
 * What a metric of a distribution needs beyond what the CDK says: where it is kept, and the second of its dimensions.
 * CloudWatch finds a metric only by all that it was written with. DG: programming-cloudwatch-metrics.
 */
export const keptFor = ({ distributionId }: cloudfront.IDistribution): cloudwatch.MetricOptions => ({
  region: LAMBDA_EDGE.region,
  dimensionsMap: { DistributionId: distributionId, Region: 'Global' },
});

/** Metrics of the rendering function, which appear in the region where CloudFront runs it. */
export class RenderMetrics {
  readonly region: string;
  readonly #functionName: string;

  constructor(functionName: string, region: string) {
    this.#functionName = functionName;
    this.region = region;
  }

  /** One that the function writes into its log. */
  own(name: string, statistic: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRICS.namespace,
      metricName: name,
      dimensionsMap: { [METRICS.function]: this.#functionName },
      statistic,
      region: this.region,
    });
  }

  /** Answers of one outcome. */
  answers(outcome: string): cloudwatch.Metric {
    const dimensionsMap = { [METRICS.function]: this.#functionName, [METRICS.outcome]: outcome };
    return this.own(METRICS.answers, 'Sum').with({ dimensionsMap });
  }

  /** One that Lambda keeps; where a function runs for CloudFront, its home region stands before its name. */
  lambda(name: 'Invocations' | 'Errors' | 'Throttles' | 'Duration' | 'ConcurrentExecutions', statistic: string) {
    return new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName: name,
      dimensionsMap: { FunctionName: `${LAMBDA_EDGE.region}.${this.#functionName}` },
      statistic,
      region: this.region,
    });
  }

  /** How many answers there were of each outcome. */
  outcomes(): cloudwatch.MathExpression {
    const dimensions = `${METRICS.namespace},${METRICS.function},${METRICS.outcome}`;
    return new cloudwatch.MathExpression({
      expression: `SEARCH('{${dimensions}} MetricName="${METRICS.answers}" ${METRICS.function}="${this.#functionName}"', 'Sum', 300)`,
      usingMetrics: {},
      label: '',
      searchRegion: this.region,
    });
  }
}
