import { RemovalPolicy, aws_iam as iam, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from './bundle';
import { OLDER_RUNTIME, explain, explainWildcards } from './nag';
import { RUNTIME } from './runtime';

export interface RegionalFunctionProps {
  /** Its folder in `edge/`. */
  code: string;
  /** What the build puts into it. */
  settings?: unknown;
  functionName?: string;
  description: string;
  timeout: Duration;
  memorySize?: number;
  environment?: Record<string, string>;
  /** What it may do beside writing its log. */
  statements: iam.PolicyStatement[];
  logRetention: logs.RetentionDays;
}

/** A Lambda function that is not at the edge, with a log that ends and a role that holds what is said, and no more. */
export class RegionalFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: RegionalFunctionProps) {
    const { code, settings, statements, logRetention, ...rest } = props;
    const asset = mkdtempSync(join(tmpdir(), `${code}-`));
    bundleFunction(code, asset, settings);
    const logGroup = new logs.LogGroup(scope, `${id}Log`, {
      ...(rest.functionName && { logGroupName: `/aws/lambda/${rest.functionName}` }),
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      ...rest,
      code: lambda.Code.fromAsset(asset),
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: lambda.Architecture.ARM_64,
      logGroup,
      role,
    });
    rmSync(asset, { recursive: true });
    for (const statement of statements) role.addToPolicy(statement);
    explain(this, OLDER_RUNTIME);
    const wildcards = statements.flatMap(({ resources }) => resources).filter((arn) => arn.includes('*'));
    explainWildcards(
      role,
      wildcards.map((arn) => [arn, 'What exactly is touched, only the event says.']),
    );
  }
}
