import { CustomResource, Duration, type aws_cloudfront as cloudfront, type aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NEW_GENERATION, longestCallMs } from '../edge/new-generation/settings';
import { RegionalFunction, allow } from './regional-function';
import { distributionArn } from './names';

interface NewGenerationProps {
  distribution: cloudfront.IDistribution;
  generation: string;
  /** Below which the images are; undefined where they have the distribution to themselves. */
  base: string | undefined;
  /** How long the function's log is kept. */
  logDays: number;
}

/** With time to spare for a cold start: 12 of the 15 minutes that Lambda has at most. */
const TIMEOUT = Duration.minutes(Math.ceil(longestCallMs(NEW_GENERATION) / 60_000));

/** Lambda retries a failed call once, after a minute. Without this limit, CloudFormation waits an hour. */
const SERVICE_TIMEOUT = Duration.minutes(2 * (TIMEOUT.toMinutes() + 2));

/** Invalidates everything, once, when a deploy has changed the generation. */
export class NewGeneration extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { distribution, generation, base, logDays }: NewGenerationProps) {
    super(scope, id);
    this.function = new RegionalFunction(this, 'Provider', {
      code: 'new-generation',
      settings: NEW_GENERATION,
      description: 'Invalidates what CloudFront caches of an earlier generation',
      timeout: TIMEOUT,
      statements: [allow(['cloudfront:CreateInvalidation'], distributionArn(this, distribution.distributionId))],
      logDays,
    });
    const change = new CustomResource(this, 'Change', {
      resourceType: 'Custom::NewGeneration',
      serviceToken: this.function.functionArn,
      serviceTimeout: SERVICE_TIMEOUT,
      properties: {
        DistributionId: distribution.distributionId,
        Generation: generation,
        ...(base !== undefined && { Base: base }),
      },
    });
    // Called when the new origin path is in force everywhere, and while the provider still has its permissions.
    change.node.addDependency(distribution, this.function.role!);
  }
}
