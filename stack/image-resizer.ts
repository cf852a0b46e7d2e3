import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  aws_cloudfront as cloudfront,
  aws_cloudfront_origins as origins,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_s3 as s3,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import type { Config } from '../edge/config';
import { generationOf } from '../edge/generation';
import { LAMBDA_EDGE } from '../edge/limits';
import { ORIGIN_HEADERS } from '../edge/origin-headers';
import { originResponseSettings, viewerRequestSettings } from '../edge/settings';
import { variantNames } from '../edge/variants';
import { bundleOriginResponse, bundleViewerRequest } from './bundle';
import { originShieldRegion } from './origin-shield';

/** One vCPU of Lambda. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MEMORY_MB = 1_769;

export interface ImageResizerProps {
  /** As `parseConfig` returns it. */
  config: Config;
}

/** Two private buckets, a distribution in front of the variants, and the two functions that make it a resizer. */
export class ImageResizer extends Construct {
  readonly originals: s3.IBucket;
  readonly variants: s3.IBucket;
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, { config }: ImageResizerProps) {
    super(scope, id);
    const privately = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
    };
    this.originals = new s3.Bucket(this, 'Originals', {
      ...privately,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.variants = new s3.Bucket(this, 'Variants', { ...privately, removalPolicy: RemovalPolicy.DESTROY });

    const generation = generationOf(config);
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Images, resized on first request',
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.variants, {
          // Without LIST, S3 would answer 403 for a missing variant. No path can list: each begins with a generation.
          originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
          originPath: `/${generation}`,
          originShieldEnabled: true,
          originShieldRegion: originShieldRegion(Stack.of(this).region),
          customHeaders: {
            [ORIGIN_HEADERS.originalsBucket]: this.originals.bucketName,
            [ORIGIN_HEADERS.originalsRegion]: Stack.of(this).region,
            [ORIGIN_HEADERS.variantsBucket]: this.variants.bucketName,
            [ORIGIN_HEADERS.variantsRegion]: Stack.of(this).region,
          },
        }),
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: this.cachePolicy(config),
        responseHeadersPolicy: this.responseHeadersPolicy(),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Images are compressed already.
        compress: false,
        functionAssociations: [
          { eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: this.viewerRequest(config) },
        ],
        edgeLambdas: [
          {
            eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE,
            functionVersion: this.originResponse(config).currentVersion,
          },
        ],
      },
      // Cache-Control decides: CloudFront's own minimum is 10 s, for what is down now and may be up the next moment, too.
      errorResponses: [404, 500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    // The L2 construct has no property for it yet.
    (this.distribution.node.defaultChild as cloudfront.CfnDistribution).addPropertyOverride(
      'DistributionConfig.CacheTagConfig',
      { HeaderName: CACHE_TAG_HEADER },
    );

    this.output('Url', `https://${this.distribution.distributionDomainName}`, 'The distribution');
    this.output('OriginalsBucket', this.originals.bucketName, 'Upload originals here');
    this.output('VariantsBucket', this.variants.bucketName, 'Variants are stored here');
    this.output('Generation', generation, 'First segment of every key in the variants bucket');
    this.output(
      'VariantsPerOriginal',
      String(variantNames(viewerRequestSettings(config)).length),
      'How many variants of one original the config allows',
    );
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(Stack.of(this), name, { value, description });
  }

  /** The path is the whole key: the viewer-request function has put into it all that makes a difference. */
  private cachePolicy(config: Config): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'CachePolicy', {
      comment: 'Key: the canonical path alone',
      // More would keep the redirect to a large variant.
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(config.cache.cdn),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
      headerBehavior: cloudfront.CacheHeaderBehavior.none(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
    });
  }

  private responseHeadersPolicy(): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'ResponseHeadersPolicy', {
      securityHeadersBehavior: { contentTypeOptions: { override: true } },
      corsBehavior: {
        accessControlAllowCredentials: false,
        accessControlAllowHeaders: ['*'],
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowOrigins: ['*'],
        originOverride: true,
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cross-origin-resource-policy', value: 'cross-origin', override: true },
          { header: 'timing-allow-origin', value: '*', override: true },
        ],
      },
      removeHeaders: ['x-amz-meta-original-etag', CACHE_TAG_HEADER, 'x-amz-server-side-encryption', 'server'],
    });
  }

  private viewerRequest(config: Config): cloudfront.Function {
    return new cloudfront.Function(this, 'ViewerRequest', {
      comment: 'Any URL form to one variant path, or 400, 403, 404',
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(bundleViewerRequest(viewerRequestSettings(config))),
    });
  }

  private originResponse(config: Config): lambda.Function {
    // A folder of its own, since several apps may be synthesised at once; the asset's hash is that of its content.
    const asset = mkdtempSync(join(tmpdir(), 'origin-response-'));
    bundleOriginResponse(originResponseSettings(config), asset);
    const originResponse = new lambda.Function(this, 'OriginResponse', {
      description: 'Makes the variants that S3 does not have yet',
      code: lambda.Code.fromAsset(asset),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.X86_64,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(LAMBDA_EDGE.timeoutSeconds),
      role: this.originResponseRole(),
    });
    rmSync(asset, { recursive: true });
    return originResponse;
  }

  private originResponseRole(): iam.Role {
    const { partition, account } = Stack.of(this);
    return new iam.Role(this, 'OriginResponseRole', {
      assumedBy: new iam.CompositePrincipal(
        new iam.ServicePrincipal('lambda.amazonaws.com'),
        new iam.ServicePrincipal('edgelambda.amazonaws.com'),
      ),
      inlinePolicies: {
        Originals: policy(
          allow(['s3:GetObject'], this.originals.arnForObjects('*')),
          // Without it S3 would answer 403 for a missing original.
          allow(['s3:ListBucket'], this.originals.bucketArn),
        ),
        Variants: policy(allow(['s3:PutObject'], this.variants.arnForObjects('*'))),
        // The function logs in each region where it runs, under the name of its home region.
        Logs: policy(
          allow(
            ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
            `arn:${partition}:logs:*:${account}:log-group:/aws/lambda/${LAMBDA_EDGE.region}.*`,
          ),
        ),
      },
    });
  }
}

const allow = (actions: string[], resource: string) => new iam.PolicyStatement({ actions, resources: [resource] });

const policy = (...statements: iam.PolicyStatement[]) => new iam.PolicyDocument({ statements });
