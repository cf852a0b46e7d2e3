import { CustomResource, Duration, aws_iam as iam } from 'aws-cdk-lib';
import type { aws_cloudfront as cloudfront, aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { distributionArn } from './delivery';
import { RegionalFunction } from './regional-function';

export interface NewGenerationProps {
  distribution: cloudfront.Distribution;
  generation: string;
  logRetention: logs.RetentionDays;
}

/** Invalidates everything, once, when a deploy has changed the generation. */
export class NewGeneration extends Construct {
  constructor(scope: Construct, id: string, { distribution, generation, logRetention }: NewGenerationProps) {
    super(scope, id);
    const provider = new RegionalFunction(this, 'Provider', {
      code: 'new-generation',
      description: 'Invalidates what CloudFront holds of a former generation',
      timeout: Duration.minutes(1),
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
      serviceToken: provider.functionArn,
      // Else CloudFormation would wait an hour for a provider that died.
      serviceTimeout: Duration.minutes(5),
      properties: { DistributionId: distribution.distributionId, Generation: generation },
    });
    // Once the new origin path is in force everywhere, and while the provider may still invalidate.
    change.node.addDependency(distribution, provider.role!);
  }
}
