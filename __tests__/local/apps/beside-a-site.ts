import {
  App,
  CustomResource,
  Stack,
  aws_cloudfront as cloudfront,
  aws_cloudfront_origins as origins,
  aws_elasticloadbalancingv2 as elb,
  aws_ec2 as ec2,
  aws_lambda as lambda,
  aws_route53 as route53,
  aws_route53_targets as targets,
  aws_s3 as s3,
  aws_certificatemanager as acm,
} from 'aws-cdk-lib';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageResizer } from '../../../stack/image-resizer';

/**
 * Synthesises a stack with a site of several behaviors, `Web`, whose images a resizer serves at `/photos/*`: a bucket at
 * `/docs/*`, a load balancer at `/api/*`, a site elsewhere for all else. Returns its folder.
 */
export function synthSite(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'site-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Web', { env: { region: 'us-east-1' } });
  const distribution = new cloudfront.Distribution(stack, 'Site', {
    defaultBehavior: {
      origin: new origins.HttpOrigin('site.example.com'),
      cachePolicy: cloudfront.CachePolicy.fromCachePolicyId(stack, 'Own', 'somebodys-own'),
    },
  });
  new ImageResizer(stack, 'Images', { config: { base: '/photos' } }).addTo(distribution, '/photos/*');

  const docs = new s3.Bucket(stack, 'Docs');
  distribution.addBehavior('/docs/*', origins.S3BucketOrigin.withOriginAccessControl(docs), {
    cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
    responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
    // CDK's default is the first runtime.
    functionAssociations: [
      {
        eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
        function: new cloudfront.Function(stack, 'Old', {
          code: cloudfront.FunctionCode.fromInline('function handler(event) { return event.request; }'),
        }),
      },
    ],
  });
  const vpc = new ec2.Vpc(stack, 'Network', { natGateways: 0 });
  const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
  distribution.addBehavior('/api/*', new origins.LoadBalancerV2Origin(balancer), {
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
  });

  const handler = new lambda.Function(stack, 'Api', {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: 'index.handler',
    code: lambda.Code.fromInline('def handler(event, context): return event'),
    vpc,
    allowPublicSubnet: true,
  });
  const zone = new route53.HostedZone(stack, 'Zone', { zoneName: 'example.com' });
  // oxlint-disable no-new -- constructs register themselves
  new route53.ARecord(stack, 'Record', {
    zone,
    target: route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution)),
  });
  new acm.Certificate(stack, 'Certificate', { domainName: 'example.com' });
  new CustomResource(stack, 'Seed', { serviceToken: handler.functionArn, resourceType: 'Custom::Seed' });
  // oxlint-enable no-new
  stack.exportValue(balancer.loadBalancerDnsName, { name: 'Balancer' });
  app.synth();
  return outdir;
}
