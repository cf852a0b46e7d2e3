import {
  Aws,
  CustomResource,
  Duration,
  RemovalPolicy,
  aws_cloudfront as cloudfront,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from './bundle';
import { RUNTIME, explain } from './nag';

export interface NewGenerationProps {
  distribution: cloudfront.Distribution;
  generation: string;
  logRetention: logs.RetentionDays;
}

/** Invalidates everything, once, when a deploy has changed the generation. */
export class NewGeneration extends Construct {
  constructor(scope: Construct, id: string, { distribution, generation, logRetention }: NewGenerationProps) {
    super(scope, id);
    const asset = mkdtempSync(join(tmpdir(), 'new-generation-'));
    bundleFunction('new-generation', asset);
    const logGroup = new logs.LogGroup(this, 'Log', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['cloudfront:CreateInvalidation'],
        resources: [`arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${distribution.distributionId}`],
      }),
    );
    const provider = new lambda.Function(this, 'Function', {
      description: 'Invalidates what CloudFront holds of a former generation',
      code: lambda.Code.fromAsset(asset),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.minutes(1),
      logGroup,
      role,
    });
    explain(provider, RUNTIME);
    rmSync(asset, { recursive: true });
    const change = new CustomResource(this, 'Change', {
      resourceType: 'Custom::NewGeneration',
      serviceToken: provider.functionArn,
      properties: { DistributionId: distribution.distributionId, Generation: generation },
    });
    change.node.addDependency(distribution, role);
  }
}
