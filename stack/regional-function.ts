/** The Lambda functions outside the edge, and what all functions share. */
import { type Duration, RemovalPolicy, aws_iam as iam, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LAMBDA_EDGE } from '../edge/limits';
import { makeAssetFolder, removeIfStaged } from './asset-folder';
import { bundleFunction } from './bundle';
import { acknowledge, acknowledgeWildcards } from './nag';

/** The runtime of all functions. */
export const RUNTIME = new lambda.Runtime(LAMBDA_EDGE.runtime, lambda.RuntimeFamily.NODEJS);

/** cdk-nag reports that the runtime is not Lambda's newest. */
export const OLDER_RUNTIME = {
  'AwsSolutions-L1': 'The newest runtime that is known to work at the edge; all functions here use it.',
};

/** A statement that allows actions on one resource. */
export const allow = (actions: string[], resource: string): iam.PolicyStatement =>
  new iam.PolicyStatement({ actions, resources: [resource] });

interface RegionalFunctionProps {
  /** Its folder in `edge/`. */
  code: string;
  /** The constant `SETTINGS` of its code. */
  settings: unknown;
  functionName?: string;
  description: string;
  timeout: Duration;
  memorySize?: number;
  environment?: Record<string, string>;
  /** Permissions beside writing its log. */
  statements: iam.PolicyStatement[];
  /** How long its log is kept. */
  logDays: number;
}

/** A Lambda function that is not at the edge, whose log expires and whose role allows no more than its statements. */
export class RegionalFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: RegionalFunctionProps) {
    const { code, settings, statements, logDays, ...rest } = props;
    const asset = makeAssetFolder(code);
    bundleFunction(code, asset, settings);
    const logGroup = new logs.LogGroup(scope, `${id}Log`, {
      ...(rest.functionName && { logGroupName: `/aws/lambda/${rest.functionName}` }),
      retention: logDays,
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
    removeIfStaged(this, asset);
    for (const statement of statements) role.addToPolicy(statement);
    acknowledge(this, OLDER_RUNTIME);
    const wildcards = statements.flatMap(({ resources }) => resources).filter((arn) => arn.includes('*'));
    acknowledgeWildcards(
      role,
      wildcards.map((arn) => [arn, 'Only the event says what exactly is touched.']),
    );
  }
}
