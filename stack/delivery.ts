import { Duration, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import type { Config } from '../edge/config/schema';
import { ORIGIN_HEADERS } from '../edge/origin-response/buckets';
import { viewerRequestSettings } from '../edge/config/settings';
import type { StackConfig } from '../edge/config/stack';
import { bundleViewerRequest } from './bundle';
import { type Domains, createRecords } from './domains';
import { explain } from './nag';
import type { OriginResponse } from './origin-response';
import type { Places } from './places';
import { createWebAcl } from './web-acl';

export interface DeliveryProps {
  config: Config;
  generation: string;
  places: Places;
  originResponse: OriginResponse;
  domains: Domains | undefined;
}

const PRICE_CLASSES: Readonly<Record<StackConfig['priceClass'], cloudfront.PriceClass>> = {
  all: cloudfront.PriceClass.PRICE_CLASS_ALL,
  '200': cloudfront.PriceClass.PRICE_CLASS_200,
  '100': cloudfront.PriceClass.PRICE_CLASS_100,
};

/** The distribution: its origin, how it caches, and the headers that it adds for browsers. */
export class Delivery extends Construct {
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { config, originResponse, domains } = props;
    const { priceClass, rateLimit } = config.stack;
    const webAclArn = rateLimit === undefined ? config.stack.webAclArn : createWebAcl(scope, rateLimit);
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Images, resized on first request',
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: PRICE_CLASSES[priceClass],
      // For the cache hit rate.
      publishAdditionalMetrics: true,
      ...(webAclArn && { webAclId: webAclArn }),
      ...(domains && {
        domainNames: domains.names,
        certificate: domains.certificate,
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      defaultBehavior: {
        origin: this.origin(props),
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: this.cachePolicy(config),
        responseHeadersPolicy: this.responseHeadersPolicy(domains !== undefined),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Images are compressed already.
        compress: false,
        functionAssociations: [
          { eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: this.viewerRequest(config) },
        ],
        edgeLambdas: [
          {
            eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE,
            functionVersion: originResponse.function.currentVersion,
          },
        ],
      },
      // Cache-Control decides: CloudFront's own minimum is 10 s, for what is down now and may be up the next moment, too.
      errorResponses: [404, 500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    // Otherwise the first render would make the log group, and it would never expire.
    this.distribution.node.addDependency(originResponse.logGroup);
    // The L2 construct has no property for it yet.
    (this.distribution.node.defaultChild as cloudfront.CfnDistribution).addPropertyOverride(
      'DistributionConfig.CacheTagConfig',
      { HeaderName: CACHE_TAG_HEADER },
    );
    explain(this.distribution, {
      'AwsSolutions-CFR1': 'Images are for the whole world; a site that wants less can restrict it.',
      'AwsSolutions-CFR2': 'A web ACL costs by the month: rateLimit or webAclArn turns one on.',
      'AwsSolutions-CFR3': 'Access logs are standard logging v2, which is set outside of the distribution.',
      'AwsSolutions-CFR4':
        'The certificate of *.cloudfront.net takes no minimum; with a domain of your own it is TLS 1.2.',
    });
    explain(this.distribution, {
      'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
        'Every path begins with a generation, so no request can list the bucket.',
      'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac':
        'The stack of the bucket sets its policy.',
    });
    if (domains) createRecords(this, domains, this.distribution);
  }

  private origin({ generation, places }: DeliveryProps): cloudfront.IOrigin {
    const { originals, variants, regions } = places;
    const customHeaders = {
      [ORIGIN_HEADERS.originalsBucket]: originals.bucket.bucketName,
      [ORIGIN_HEADERS.originalsRegion]: regions.originals,
      ...(originals.prefix && { [ORIGIN_HEADERS.originalsPrefix]: originals.prefix }),
      [ORIGIN_HEADERS.variantsBucket]: variants.bucketName,
      [ORIGIN_HEADERS.variantsRegion]: regions.variants,
    };
    return origins.S3BucketOrigin.withOriginAccessControl(variants, {
      // Without LIST, S3 would answer 403 for a missing variant. No request can list: its path begins with a generation.
      originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
      originPath: `/${generation}`,
      originShieldEnabled: true,
      originShieldRegion: regions.renders,
      customHeaders,
    });
  }

  /** The path is the whole key: the viewer-request function puts everything into it that changes the answer. */
  private cachePolicy(config: Config): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'CachePolicy', {
      comment: 'Key: the canonical path alone',
      // A longer one would keep the redirect to a large variant in the cache.
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(config.cache.cdn),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
      headerBehavior: cloudfront.CacheHeaderBehavior.none(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
    });
  }

  private responseHeadersPolicy(hasDomain: boolean): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'ResponseHeadersPolicy', {
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        // HSTS is for its owner to decide, and cloudfront.net is AWS's.
        ...(hasDomain && {
          strictTransportSecurity: {
            accessControlMaxAge: Duration.days(365),
            includeSubdomains: false,
            override: true,
          },
        }),
      },
      customHeadersBehavior: {
        customHeaders: [
          // CloudFront may drop it from the functions' answers, since it does not forward Accept.
          { header: 'vary', value: 'Accept', override: true },
          { header: 'cross-origin-resource-policy', value: 'cross-origin', override: true },
          { header: 'timing-allow-origin', value: '*', override: true },
        ],
      },
      // It is for CloudFront only.
      removeHeaders: [CACHE_TAG_HEADER],
    });
  }

  private viewerRequest(config: Config): cloudfront.Function {
    return new cloudfront.Function(this, 'ViewerRequest', {
      comment: 'Any URL form to one variant path, or 400, 403, 404',
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(bundleViewerRequest(viewerRequestSettings(config))),
    });
  }
}
