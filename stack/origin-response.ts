import { Duration, RemovalPolicy, Stack, aws_iam as iam, aws_lambda as lambda, type aws_s3 as s3 } from 'aws-cdk-lib';
import { USE_CDK_MANAGED_LAMBDA_LOGGROUP } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../edge/config/schema';
import { LAMBDA_EDGE } from '../edge/limits';
import { originResponseSettings } from '../edge/config/settings';
import type { Originals } from './buckets';
import { bundleOriginResponse } from './bundle';
import { checkEdgeFunction } from './check-edge-function';
import { OLDER_RUNTIME, explain, explainWildcards } from './nag';
import { RUNTIME } from './runtime';

export interface OriginResponseProps {
  config: Config;
  originals: Originals;
  variants: s3.IBucket;
  memoryMb: number;
  /** Where another stack has to know it; otherwise CloudFormation makes one up. */
  functionName: string | undefined;
}

/** The Lambda@Edge function that makes the variants which S3 does not have yet. */
export class OriginResponse extends Construct {
  readonly function: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    { config, originals, variants, memoryMb, functionName }: OriginResponseProps,
  ) {
    super(scope, id);
    // A log group in us-east-1, kept and under a name of the CDK's: the function's own are where CloudFront runs it.
    this.node.setContext(USE_CDK_MANAGED_LAMBDA_LOGGROUP, false);
    // A folder of its own, since several apps may be synthesised at once; the asset's hash is that of its content.
    const asset = mkdtempSync(join(tmpdir(), 'origin-response-'));
    bundleOriginResponse(originResponseSettings(config, memoryMb), asset, config.fonts);
    this.function = new lambda.Function(this, 'Function', {
      description: 'Makes the variants that S3 does not have yet',
      ...(functionName && { functionName }),
      code: lambda.Code.fromAsset(asset),
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: lambda.Architecture.X86_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(LAMBDA_EDGE.timeoutSeconds),
      role: this.role(originals, variants),
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    // Lambda refuses to delete a function while CloudFront still has replicas of it: for hours after the distribution.
    // That goes for the rollback of a first deploy, too, which would end as ROLLBACK_FAILED.
    this.function.applyRemovalPolicy(RemovalPolicy.RETAIN);
    explain(this.function, OLDER_RUNTIME);
    checkEdgeFunction(this.function, asset);
    rmSync(asset, { recursive: true });
  }

  /** Its log group, in whichever region CloudFront runs it: its home region stands before its name. DG: edge-functions-logs. */
  get logGroupName(): string {
    return `/aws/lambda/${LAMBDA_EDGE.region}.${this.function.functionName}`;
  }

  private role({ bucket: originals, prefix }: Originals, variants: s3.IBucket): iam.Role {
    const { partition, account } = Stack.of(this);
    const originalObjects = originals.arnForObjects(`${prefix}*`);
    const variantObjects = variants.arnForObjects('*');
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
    this.letStore(role, variants, variantObjects);
    explainWildcards(role, [
      [originalObjects, 'Which original is asked for, only the request says.'],
      [logGroups, 'Where CloudFront runs the function is known only at run time.'],
    ]);
    return role;
  }

  /**
   * As a policy of its own that comes after what empties the bucket, and so goes before it: requests go on while a stack
   * is destroyed, and a variant that one of them stored would keep the bucket from being deleted.
   */
  private letStore(role: iam.Role, variants: s3.IBucket, objects: string): void {
    const store = new iam.Policy(this, 'StoreVariants', {
      roles: [role],
      statements: [
        // Reading is for the fallback image, for what another render has stored meanwhile, and for writes with If-Match.
        allow(['s3:PutObject', 's3:GetObject'], objects),
        // Without it S3 would answer 403 for what is not stored yet.
        allow(['s3:ListBucket'], variants.bucketArn),
      ],
    });
    const emptying = variants.node.tryFindChild('AutoDeleteObjectsCustomResource');
    if (emptying && Stack.of(emptying) === Stack.of(this)) store.node.addDependency(emptying);
    explainWildcards(store, [[objects, 'Which variant is made, only the request says.']]);
  }
}

const allow = (actions: string[], resource: string) => new iam.PolicyStatement({ actions, resources: [resource] });

const policy = (...statements: iam.PolicyStatement[]) => new iam.PolicyDocument({ statements });
