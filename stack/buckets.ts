import { Duration, RemovalPolicy, aws_iam as iam, aws_kms as kms, aws_s3 as s3 } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StackConfig } from '../edge/config/stack-schema';
import { acknowledge } from './nag';

/** Originals, and where in their bucket they are. */
export interface Originals {
  bucket: s3.IBucket;
  /** Empty, or ends in a slash. */
  prefix: string;
  /** The resource, where this app creates the bucket; one that exists already is only read. */
  created: s3.CfnBucket | undefined;
}

/** Properties of every bucket. */
export const PRIVATE = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} satisfies s3.BucketProps;

/** Parts of an abandoned upload cost as much as an object, and no listing shows them. */
export const NO_LEFTOVERS: s3.LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

/** A versioned bucket for originals that outlives the stack, unless its first deploy failed. */
export function createOriginals(scope: Construct, bucketName: string | undefined): Originals {
  const bucket = new s3.Bucket(scope, 'Originals', {
    ...PRIVATE,
    ...(bucketName && { bucketName }),
    versioned: true,
    lifecycleRules: [NO_LEFTOVERS],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  acknowledge(bucket, { 'AwsSolutions-S1': 'Only the functions read it, and they log what they render.' });
  return { bucket, prefix: '', created: bucket.node.defaultChild as s3.CfnBucket };
}

/** A bucket that exists already. It is only read: its policy and notifications stay as they are. */
export function importOriginals(
  scope: Construct,
  region: string,
  { bucket: bucketName, prefix = '', kmsKeyArn }: NonNullable<StackConfig['originals']>,
): Originals {
  const bucket = s3.Bucket.fromBucketAttributes(scope, 'Originals', {
    bucketName,
    region,
    ...(kmsKeyArn && { encryptionKey: kms.Key.fromKeyArn(scope, 'OriginalsKey', kmsKeyArn) }),
  });
  return { bucket, prefix, created: undefined };
}

/** A bucket for variants. It is deleted with the stack, unless the settings keep it: variants can be rendered again. */
export function createVariants(
  scope: Construct,
  bucketName: string | undefined,
  { variantDays, keepVariants }: StackConfig,
): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Variants', {
    ...PRIVATE,
    ...(bucketName && { bucketName }),
    lifecycleRules: [NO_LEFTOVERS, ...(variantDays ? [{ expiration: Duration.days(variantDays) }] : [])],
    removalPolicy: keepVariants ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    autoDeleteObjects: !keepVariants,
  });
  acknowledge(bucket, {
    'AwsSolutions-S1': 'Viewers reach it through CloudFront, whose access logs can be turned on.',
  });
  return bucket;
}

/** Lets CloudFront read and list a bucket, for the distributions that meet the conditions. */
export function allowCloudFrontToRead(bucket: s3.IBucket, conditions: Record<string, Record<string, string>>): void {
  for (const [action, resource] of [
    ['s3:GetObject', bucket.arnForObjects('*')],
    ['s3:ListBucket', bucket.bucketArn],
  ] as const) {
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
        actions: [action],
        resources: [resource],
        conditions,
      }),
    );
  }
}
