import { Duration, RemovalPolicy, Stack, aws_iam as iam, aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import { USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { overlayFiles } from '../edge/config/overlays';
import type { Config } from '../edge/config/schema';
import { type EdgeFunctionProperties, brokenRules, oversize } from '../edge/edge-function-rules';
import { LAMBDA_EDGE } from '../edge/limits';
import { originResponseSettings } from '../edge/config/settings';
import { makeAssetFolder, removeIfStaged } from './asset-folder';
import { bundleOriginResponse } from './bundle';
import { OLDER_RUNTIME, RUNTIME, allow } from './regional-function';
import { acknowledge, acknowledgeWildcards } from './nag';
import type { Places } from './places';
import { renderedProperties } from './rendered';

interface OriginResponseProps {
  config: Config;
  places: Places;
  /** Whether the distribution is the resizer's own, with domain names. */
  hasDomain: boolean;
}

/** The Lambda@Edge function that makes the variants that S3 does not have yet. */
export class OriginResponse extends Construct {
  readonly function: lambda.Function;
  /** In the region of the Origin Shield; without one, Lambda creates a group in each region where the function runs. */
  readonly logGroup: logs.LogGroup | undefined;

  constructor(scope: Construct, id: string, { config, places, hasDomain }: OriginResponseProps) {
    super(scope, id);
    const { memoryMb, logDays } = config.stack;
    const functionName = places.nameOf('origin-response');
    // A feature flag would add a log group in us-east-1 that outlives the stack. The function logs where CloudFront
    // runs it.
    this.node.setContext(USE_CDK_MANAGED_LAMBDA_LOGGROUP, false);
    const asset = makeAssetFolder('origin-response');
    const settings = originResponseSettings(config, memoryMb, hasDomain);
    bundleOriginResponse(settings, asset, {
      siteFonts: config.fonts,
      overlays: overlayFiles(config),
      heic: config.heic,
    });
    this.function = new lambda.Function(this, 'Function', {
      description: 'Makes the variants that S3 does not have yet',
      ...(functionName && { functionName }),
      code: lambda.Code.fromAsset(asset),
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: lambda.Architecture.X86_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(LAMBDA_EDGE.timeoutSeconds),
      role: this.role(places),
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    // Lambda refuses to delete a function while CloudFront still has replicas of it: for hours after the distribution.
    // That goes for the rollback of a first deploy, too, which would end as ROLLBACK_FAILED.
    this.function.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(this.function, OLDER_RUNTIME);
    checkEdgeFunction(this.function, asset);
    removeIfStaged(this, asset);
    const { renders } = places.regions;
    this.logGroup =
      renders === undefined
        ? undefined
        : new logs.LogGroup(places.scopeIn(renders), 'RenderLog', {
            logGroupName: this.logGroupName,
            retention: logDays,
            removalPolicy: RemovalPolicy.DESTROY,
          });
  }

  /** The same in every region where CloudFront runs it: the home region is part of the name. DG: edge-functions-logs. */
  get logGroupName(): string {
    return `/aws/lambda/${LAMBDA_EDGE.region}.${this.function.functionName}`;
  }

  private role(places: Places): iam.Role {
    const { bucket: originals, prefix } = places.originals;
    const { partition, account } = Stack.of(this);
    const originalObjects = originals.arnForObjects(`${prefix}*`);
    // The function logs in each region where it runs, under the name of its home region.
    const logGroups = `arn:${partition}:logs:*:${account}:log-group:/aws/lambda/${LAMBDA_EDGE.region}.*`;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.CompositePrincipal(
        ...LAMBDA_EDGE.principals.map((principal) => new iam.ServicePrincipal(principal)),
      ),
      inlinePolicies: {
        Originals: policy(
          allow(['s3:GetObject'], originalObjects),
          // Without it S3 would answer 403 for a missing original. It shows names, to this function alone.
          allow(['s3:ListBucket'], originals.bucketArn),
          ...(originals.encryptionKey ? [allow(['kms:Decrypt'], originals.encryptionKey.keyArn)] : []),
        ),
        Logs: policy(allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], logGroups)),
      },
    });
    this.grantStore(role, places);
    acknowledgeWildcards(role, [
      [originalObjects, 'Only the request says which original it asks for.'],
      [logGroups, 'Where CloudFront runs the function is known only at run time.'],
    ]);
    return role;
  }

  /**
   * A policy of its own, created after the resource that empties the bucket, and so deleted before it. Requests go on while a
   * stack is destroyed, and a variant that is stored too late would keep the bucket from being deleted.
   */
  private grantStore(role: iam.Role, { variants }: Places): void {
    const variantObjects = variants.arnForObjects('*');
    const store = new iam.Policy(this, 'StoreVariants', {
      roles: [role],
      statements: [
        // GetObject is for the fallback image, for variants of concurrent renders, and for writes with If-Match.
        allow(['s3:PutObject', 's3:GetObject'], variantObjects),
        // Without it S3 would answer 403 for what is not stored yet.
        allow(['s3:ListBucket'], variants.bucketArn),
      ],
    });
    const emptying = variants.node.tryFindChild('AutoDeleteObjectsCustomResource');
    if (emptying && Stack.of(emptying) === Stack.of(this)) store.node.addDependency(emptying);
    acknowledgeWildcards(store, [[variantObjects, 'Only the request says which variant it asks for.']]);
  }
}

const policy = (...statements: iam.PolicyStatement[]) => new iam.PolicyDocument({ statements });

/** Refuses at synthesis what AWS would refuse only while deploying, even if an aspect or an escape hatch set it. */
function checkEdgeFunction(definition: lambda.Function, asset: string): void {
  const tooLarge = oversize(asset);
  definition.node.addValidation({
    validate: () => [
      ...brokenRules(renderedProperties(definition.node.defaultChild as lambda.CfnFunction) as EdgeFunctionProperties),
      ...(tooLarge ? [tooLarge] : []),
    ],
  });
}
