import { CustomResource, Duration, aws_iam as iam } from 'aws-cdk-lib';
import type { aws_cloudfront as cloudfront, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NEW_GENERATION, longestCallMs } from '../edge/new-generation/settings';
import { distributionArn } from './delivery';
import { RegionalFunction } from './regional-function';

export interface NewGenerationProps {
  distribution: cloudfront.Distribution;
  generation: string;
  logRetention: logs.RetentionDays;
}

/** With time to spare for a cold start: 12 of the 15 minutes that Lambda has at most. */
const TIMEOUT = Duration.minutes(Math.ceil(longestCallMs(NEW_GENERATION) / 60_000));

/** Lambda calls once more, after a minute, where a call did not end well. Without it, CloudFormation waits an hour. */
const SERVICE_TIMEOUT = Duration.minutes(2 * (TIMEOUT.toMinutes() + 2));

/** Invalidates everything, once, when a deploy has changed the generation. */
export class NewGeneration extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { distribution, generation, logRetention }: NewGenerationProps) {
    super(scope, id);
    this.function = new RegionalFunction(this, 'Provider', {
      code: 'new-generation',
      settings: NEW_GENERATION,
      description: 'Invalidates what CloudFront holds of a former generation',
      timeout: TIMEOUT,
      statements: [
        new iam.PolicyStatement({
          actions: ['cloudfront:CreateInvalidation'],
          resources: [distributionArn(this, distribution.distributionId)],
        }),
      ],
      logRetention,
    });
    const change = new CustomResource(this, 'Change', {
      resourceType: 'Custom::NewGeneration',
      serviceToken: this.function.functionArn,
      serviceTimeout: SERVICE_TIMEOUT,
      properties: { DistributionId: distribution.distributionId, Generation: generation },
    });
    // Once the new origin path is in force everywhere, and while the provider may still invalidate.
    change.node.addDependency(distribution, this.function.role!);
  }
}
