import { Duration, RemovalPolicy, Stack, aws_iam as iam, aws_logs as logs, aws_s3 as s3 } from 'aws-cdk-lib';
import type { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CLOUDWATCH_LOGS } from '../edge/limits';
import { NO_LEFTOVERS, PRIVATE } from './buckets';
import { acknowledge } from './nag';
import { checkName, distributionArn, nameOf } from './names';

interface AccessLogsProps {
  distribution: cloudfront.IDistribution;
  /** How long they are kept. */
  logDays: number;
}

/** Standard logging v2 of the distribution, into a bucket that needs no ACLs. DG: standard-logging. */
export class AccessLogs extends Construct {
  readonly bucket: s3.Bucket;

  /** @param scope the resizer */
  constructor(scope: Construct, id: string, { distribution, logDays }: AccessLogsProps) {
    super(scope, id);
    const { partition, account, region } = Stack.of(this);
    const resizer = nameOf(scope);
    const name = `${resizer}-access-logs`;
    checkName(resizer, 'delivery', name, 'CloudWatch Logs', CLOUDWATCH_LOGS.deliveryNameCharacters);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...PRIVATE,
      lifecycleRules: [{ expiration: Duration.days(logDays) }, NO_LEFTOVERS],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledge(this.bucket, { 'AwsSolutions-S1': 'It holds logs; logs of their delivery would log themselves.' });
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:delivery-source:*` },
        },
      }),
    );
    const source = new logs.CfnDeliverySource(this, 'Source', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: distributionArn(this, distribution.distributionId),
    });
    const destination = new logs.CfnDeliveryDestination(this, 'Destination', {
      name,
      destinationResourceArn: this.bucket.bucketArn,
      outputFormat: 'json',
    });
    const delivery = new logs.CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
    });
    delivery.node.addDependency(source, destination, this.bucket.policy!);
  }
}
