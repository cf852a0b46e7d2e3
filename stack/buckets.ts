import { Aws, Duration, RemovalPolicy, Stack, aws_iam as iam, aws_kms as kms, aws_s3 as s3 } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import { S3_API } from '../edge/limits';
import { checkName } from './check-name';
import { distributionArn } from './delivery';
import { explain } from './nag';
import { type Regions, isSpread } from './regions';

/** Originals, and where in their bucket they are. */
export interface Originals {
  bucket: s3.IBucket;
  /** Empty, or ends in a slash. */
  prefix: string;
  /** Whether this app creates the bucket, and so may set its notifications. */
  ours: boolean;
}

/** A bucket that is there already. It is only read: its policy and notifications stay as they are. */
export interface ExistingOriginals {
  bucket: string;
  /** Where the bucket is. Default: where the variants are. */
  region?: string | undefined;
  /** Originals are below it, such as `public/images/`; nothing else of the bucket can be read. */
  prefix?: string | undefined;
  /** The key of KMS that the bucket is encrypted with, if it is one of the account's own. */
  kmsKeyArn?: string | undefined;
}

export interface BucketNames {
  originals: string;
  variants: string;
}

/** What every bucket here is. */
export const PRIVATE = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} satisfies s3.BucketProps;

/** Parts of an upload that was given up cost like an object, and no listing shows them. */
export const NO_LEFTOVERS: s3.LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

/**
 * Names that stacks of several regions can spell out, with the account, since names are taken all over the world;
 * none where one stack holds all, and CloudFormation makes them up.
 * @throws ConfigError if the stack's name makes them too long
 */
export function bucketNames(stackName: string, regions: Regions): { originals: string; variants: string } | undefined {
  if (!isSpread(regions)) return undefined;
  const name = (purpose: 'originals' | 'variants', account: string) =>
    `${stackName.toLowerCase()}-${purpose}-${account}-${regions[purpose]}`;
  checkName(stackName, 'bucket', name('originals', '123456789012'), 'S3', S3_API.bucketNameCharacters);
  return { originals: name('originals', Aws.ACCOUNT_ID), variants: name('variants', Aws.ACCOUNT_ID) };
}

/** A versioned bucket for originals, which outlives the stack, unless this could not be created in the first place. */
export function createOriginals(scope: Construct, bucketName: string | undefined): Originals {
  const bucket = new s3.Bucket(scope, 'Originals', {
    ...PRIVATE,
    ...(bucketName && { bucketName }),
    versioned: true,
    lifecycleRules: [NO_LEFTOVERS],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  explain(bucket, { 'AwsSolutions-S1': 'Only the functions read it, and they log what they render.' });
  return { bucket, prefix: '', ours: true };
}

export function useOriginals(scope: Construct, region: string, existing: ExistingOriginals): Originals {
  const { bucket, prefix = '', kmsKeyArn } = existing;
  return {
    bucket: s3.Bucket.fromBucketAttributes(scope, 'Originals', {
      bucketName: bucket,
      region,
      ...(kmsKeyArn && { encryptionKey: kms.Key.fromKeyArn(scope, 'OriginalsKey', kmsKeyArn) }),
    }),
    prefix,
    ours: false,
  };
}

/** How long variants stay. */
export interface VariantsProps {
  /** Days after which they expire. Default: never. */
  variantDays?: number;
  /** Whether their bucket outlives the stack. Default: no. */
  keepVariants?: boolean;
}

/** A bucket for variants, which can all be made again: it goes with the stack, unless it is to be kept. */
export function createVariants(
  scope: Construct,
  bucketName: string | undefined,
  { variantDays, keepVariants = false }: VariantsProps,
): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Variants', {
    ...PRIVATE,
    ...(bucketName && { bucketName }),
    lifecycleRules: [NO_LEFTOVERS, ...(variantDays ? [{ expiration: Duration.days(variantDays) }] : [])],
    removalPolicy: keepVariants ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    autoDeleteObjects: !keepVariants,
  });
  explain(bucket, { 'AwsSolutions-S1': 'Viewers reach it through CloudFront, whose access logs can be turned on.' });
  return bucket;
}

/**
 * Refuses an existing bucket of originals that is the bucket of variants, by the name that this gets or got.
 * @throws ConfigError
 */
export function checkApart({ bucket }: ExistingOriginals, variants: s3.Bucket, names: BucketNames | undefined): void {
  const { stackName } = Stack.of(variants);
  const logicalId = Stack.of(variants).getLogicalId(variants.node.defaultChild as s3.CfnBucket);
  const [before, after] = names
    ? names.variants.split(Aws.ACCOUNT_ID)
    : [`${stackName}-${logicalId}-`.toLowerCase(), ''];
  if (bucket.startsWith(before!) && bucket.endsWith(after!)) {
    throw new ConfigError(`${bucket} is the bucket of the variants. Keep originals in a bucket of their own.`);
  }
}

/** A bucket as constructs of another stack can refer to it: by the name that was given to it. */
export function byName(scope: Construct, id: string, bucket: s3.IBucket, bucketName: string | undefined): s3.IBucket {
  if (!bucketName || Stack.of(scope) === Stack.of(bucket)) return bucket;
  return s3.Bucket.fromBucketAttributes(scope, id, { bucketName, region: bucket.env.region });
}

/**
 * Lets the account's distributions read and list a bucket of another stack, which cannot name the one distribution:
 * that is deployed after it.
 */
export function admitDistributions(bucket: s3.Bucket): void {
  const admit = (action: string, resource: string) =>
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
        actions: [action],
        resources: [resource],
        conditions: { ArnLike: { 'AWS:SourceArn': distributionArn(bucket, '*') } },
      }),
    );
  admit('s3:GetObject', bucket.arnForObjects('*'));
  admit('s3:ListBucket', bucket.bucketArn);
}
