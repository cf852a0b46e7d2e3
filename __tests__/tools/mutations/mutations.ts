import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Json,
  type Mutation,
  distributionOf,
  edgeFunctionOf,
  ownAssetOf,
  propertiesOf,
  withoutBucketAction,
  withoutFile,
  withoutRoleAction,
  withoutVariantsAction,
} from './template';

const behaviorOf = (template: Json): Json => distributionOf(template).DefaultCacheBehavior;
const originOf = (template: Json): Json => distributionOf(template).Origins[0];
const viewerRequestOf = (template: Json): Json => propertiesOf(template, 'AWS::CloudFront::Function');
const headersPolicyOf = (template: Json): Json =>
  propertiesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig;
const originalsOf = (template: Json): Json =>
  Object.values<Json>(template.Resources).find(
    ({ Type, Properties }) => Type === 'AWS::S3::Bucket' && Properties.VersioningConfiguration,
  );

const edgeResourceOf = (template: Json): Json =>
  Object.values<Json>(template.Resources).find(({ Properties }) => Properties === edgeFunctionOf(template));

/** Ways to break the template: what AWS refuses, what would cost or leak, and what viewers would notice. */
export const MUTATIONS: Record<string, Mutation> = {
  'function on arm64': (t) => (edgeFunctionOf(t).Architectures = ['arm64']),
  'function with an environment variable': (t) => (edgeFunctionOf(t).Environment = { Variables: { BUCKET: 'b' } }),
  'function with a timeout of 31 s': (t) => (edgeFunctionOf(t).Timeout = 31),
  'function with 128 MB': (t) => (edgeFunctionOf(t).MemorySize = 128),
  'function with 1,024 MB of /tmp': (t) => (edgeFunctionOf(t).EphemeralStorage = { Size: 1024 }),
  'function in a VPC': (t) => (edgeFunctionOf(t).VpcConfig = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] }),
  'function with tracing': (t) => (edgeFunctionOf(t).TracingConfig = { Mode: 'Active' }),
  'function with a dead-letter queue': (t) =>
    (edgeFunctionOf(t).DeadLetterConfig = { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:q' }),
  'function with a layer': (t) => (edgeFunctionOf(t).Layers = ['arn:aws:lambda:us-east-1:123456789012:layer:l:1']),
  'function on Node 20': (t) => (edgeFunctionOf(t).Runtime = 'nodejs20.x'),
  'function whose code only its owner may read': (t, folder) =>
    chmodSync(join(ownAssetOf(t, folder), 'index.js'), 0o640),
  'function that a rollback tries to delete': (t) => (edgeResourceOf(t).DeletionPolicy = 'RetainExceptOnCreate'),
  'version that a rollback tries to delete': (t) => {
    const version = Object.values<Json>(t.Resources).find(({ Type }) => Type === 'AWS::Lambda::Version');
    version.DeletionPolicy = 'RetainExceptOnCreate';
  },
  'function with a log group of the CDK': (t) => (edgeFunctionOf(t).LoggingConfig = { LogGroup: '/aws/lambda/edge' }),
  'function without fonts': (t, folder) => withoutFile(t, folder, 'fonts'),
  'function without settings for its fonts': (t, folder) => withoutFile(t, folder, 'fonts/fonts.conf'),
  'function with another handler': (t) => (edgeFunctionOf(t).Handler = 'index.missing'),
  'role not trusted by Lambda@Edge': (t) => {
    const role = propertiesOf(t, 'AWS::IAM::Role', ({ Policies }) => Policies !== undefined);
    role.AssumeRolePolicyDocument.Statement = role.AssumeRolePolicyDocument.Statement.filter(
      ({ Principal }: Json) => ![Principal.Service].flat().includes('edgelambda.amazonaws.com'),
    );
  },
  'role may do everything': (t) =>
    propertiesOf(t, 'AWS::IAM::Role', ({ Policies }) => Policies !== undefined).Policies.push({
      PolicyName: 'All',
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
    }),
  'role without s3:GetObject': (t) => withoutRoleAction(t, 's3:GetObject'),
  'role without s3:ListBucket': (t) => withoutRoleAction(t, 's3:ListBucket'),
  'role without s3:PutObject': (t) => withoutRoleAction(t, 's3:PutObject'),
  'role without s3:GetObject of variants': (t) => withoutVariantsAction(t, 's3:GetObject'),
  'role without s3:ListBucket of variants': (t) => withoutVariantsAction(t, 's3:ListBucket'),
  'role without logs:PutLogEvents': (t) => withoutRoleAction(t, 'logs:PutLogEvents'),
  'CloudFront without s3:GetObject': (t) => withoutBucketAction(t, 's3:GetObject'),
  'CloudFront without s3:ListBucket': (t) => withoutBucketAction(t, 's3:ListBucket'),
  'any distribution may read the variants': (t) => {
    const policy = propertiesOf(t, 'AWS::S3::BucketPolicy', ({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument).includes('cloudfront.amazonaws.com'),
    );
    for (const statement of policy.PolicyDocument.Statement) {
      if (statement.Effect === 'Allow') delete statement.Condition;
    }
  },
  // Managed ones. DG: using-managed-cache-policies.
  'host, query string and cookies in the cache key': (t) =>
    (behaviorOf(t).CachePolicyId = '4cc15a8a-d715-48a4-82b8-cc0b614638fe'),
  'Accept-Encoding in the cache key': (t) => (behaviorOf(t).CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
  'a cache policy that keeps nothing': (t) => (behaviorOf(t).CachePolicyId = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'),
  'Lambda at origin-request': (t) => (behaviorOf(t).LambdaFunctionAssociations[0].EventType = 'origin-request'),
  'Lambda at viewer-response': (t) => (behaviorOf(t).LambdaFunctionAssociations[0].EventType = 'viewer-response'),
  'Lambda without a version': (t) => {
    const [id] = Object.entries<Json>(t.Resources).find(([, each]) => each === edgeResourceOf(t))!;
    behaviorOf(t).LambdaFunctionAssociations[0].LambdaFunctionARN = { 'Fn::GetAtt': [id, 'Arn'] };
  },
  'CloudFront Function of runtime 1.0': (t) => (viewerRequestOf(t).FunctionConfig.Runtime = 'cloudfront-js-1.0'),
  'CloudFront Function over 10 KB': (t) => (viewerRequestOf(t).FunctionCode += `//${'x'.repeat(10_240)}`),
  'CloudFront Function with for-of': (t) =>
    (viewerRequestOf(t).FunctionCode = `for(const a of [1]){}${viewerRequestOf(t).FunctionCode}`),
  'CloudFront Function at viewer-response': (t) =>
    (behaviorOf(t).FunctionAssociations[0].EventType = 'viewer-response'),
  'no CloudFront Function': (t) => delete behaviorOf(t).FunctionAssociations,
  'Origin Shield off': (t) => (originOf(t).OriginShield = { Enabled: false }),
  'no origin path': (t) => delete originOf(t).OriginPath,
  'no origin access control': (t) => delete originOf(t).OriginAccessControlId,
  'origin access control that does not sign': (t) =>
    (propertiesOf(t, 'AWS::CloudFront::OriginAccessControl').OriginAccessControlConfig.SigningBehavior = 'never'),
  'a custom header is missing': (t) => originOf(t).OriginCustomHeaders.shift(),
  'a custom header of a reserved name': (t) => (originOf(t).OriginCustomHeaders[0].HeaderName = 'x-amz-bucket'),
  'a custom header that is too long': (t) => (originOf(t).OriginCustomHeaders[0].HeaderValue = 'x'.repeat(1_784)),
  'PUT and DELETE allowed': (t) =>
    (behaviorOf(t).AllowedMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']),
  'plain HTTP allowed': (t) => (behaviorOf(t).ViewerProtocolPolicy = 'allow-all'),
  'compression on': (t) => (behaviorOf(t).Compress = true),
  'no response headers policy': (t) => delete behaviorOf(t).ResponseHeadersPolicyId,
  'no Vary in the response headers policy': (t) => {
    const { CustomHeadersConfig } = headersPolicyOf(t);
    CustomHeadersConfig.Items = CustomHeadersConfig.Items.filter(({ Header }: Json) => Header !== 'vary');
  },
  'headers for other sites by the policy, for requests with Origin alone': (t) =>
    (headersPolicyOf(t).CorsConfig = {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ['*'] },
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      AccessControlAllowOrigins: { Items: ['*'] },
      OriginOverride: true,
    }),
  'CloudFront Function without headers for other sites': (t) =>
    (viewerRequestOf(t).FunctionCode = viewerRequestOf(t).FunctionCode.replaceAll('access-control-', 'x-')),
  'no alarm for what cannot be stored': (t) => {
    const [id] = Object.entries<Json>(t.Resources).find(
      ([, { Type, Properties }]) => Type === 'AWS::CloudWatch::Alarm' && Properties.MetricName === 'Answers',
    )!;
    delete t.Resources[id];
  },
  'a 503 is kept for a minute': (t) =>
    (distributionOf(t).CustomErrorResponses.find(({ ErrorCode }: Json) => ErrorCode === 503).ErrorCachingMinTTL = 60),
  'no cache tags': (t) => delete distributionOf(t).CacheTagConfig,
  'public access not blocked': (t) => delete originalsOf(t).Properties.PublicAccessBlockConfiguration,
  'originals not versioned': (t) => (originalsOf(t).Properties.VersioningConfiguration = { Status: 'Suspended' }),
  'originals go with the stack': (t) => (originalsOf(t).DeletionPolicy = 'Delete'),
  'requests without TLS allowed': (t) => {
    for (const { Type, Properties } of Object.values<Json>(t.Resources)) {
      if (Type !== 'AWS::S3::BucketPolicy') continue;
      Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.filter(
        ({ Effect }: Json) => Effect === 'Allow',
      );
    }
  },
};
