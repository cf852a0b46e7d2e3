import type { Statement } from '../iam/policy';

/** What `cdk deploy` would create from a cloud assembly. */
export interface Deployment {
  account: string;
  buckets: Bucket[];
  /** Also of buckets that no stack creates. */
  notifications: BucketNotification[];
  /** Names of buckets whose events go to EventBridge. */
  eventBridgeBuckets: string[];
  /** The roles of `functions`. */
  roles: Role[];
  /** Without the providers of custom resources, which run only while deploying. */
  functions: LambdaDefinition[];
  cloudFrontFunctions: CloudFrontFunctionDefinition[];
  keyValueStores: KeyValueStoreDefinition[];
  distributions: DistributionDefinition[];
  /** By id, as are the next two. */
  cachePolicies: Map<string, CachePolicyConfig>;
  responseHeadersPolicies: Map<string, ResponseHeadersPolicyConfig>;
  originAccessControls: Map<string, OriginAccessControlConfig>;
  /** Ids of public keys by id of their group. */
  keyGroups: Map<string, string[]>;
  /** In PEM, by id. */
  publicKeys: Map<string, string>;
  queues: QueueDefinition[];
  eventSourceMappings: EventSourceMapping[];
  rules: EventRule[];
  parameters: Parameter[];
  logGroups: LogGroup[];
  /** By logical id, or `Stack.LogicalId` if two stacks have the same. */
  outputs: Record<string, string>;
  subscriptions: Subscription[];
  /** A line for each part of the template that is not run here. */
  notRun: string[];
}

/** CloudFormation: AWS::Logs::LogGroup. */
export interface LogGroup extends DeployedResource {
  name: string;
}

/** A flat-rate plan. CloudFormation: AWS::PricingPlanManager::Subscription. */
export interface Subscription extends DeployedResource {
  tier: string;
  resourceArns: string[];
}

export interface DeployedResource {
  logicalId: string;
  stack: string;
  region: string;
}

export interface Bucket extends DeployedResource {
  name: string;
  arn: string;
  policy: Statement[];
  versioned: boolean;
  /** The enabled rules. */
  lifecycle: LifecycleRule[];
}

export interface LifecycleRule {
  Id?: string;
  Status: 'Enabled' | 'Disabled';
  Prefix?: string;
  ExpirationInDays?: number;
  NoncurrentVersionExpiration?: { NoncurrentDays: number };
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
}

export interface BucketNotification {
  /** Name of the bucket. */
  bucket: string;
  /** Such as `s3:ObjectCreated:*`. */
  events: string[];
  queueArn: string;
  prefix: string;
  suffix: string;
}

export interface Role extends DeployedResource {
  name: string;
  arn: string;
  /** Of inline, attached and managed policies. */
  statements: Statement[];
  /** Services that may assume it. */
  trusts: string[];
}

export interface LambdaVersion {
  arn: string;
  /** A number. */
  version: string;
}

export interface LambdaDefinition extends DeployedResource {
  name: string;
  arn: string;
  runtime: string;
  /** Such as `index.handler`. */
  handler: string;
  /** Folder with the code, unzipped. */
  assetDirectory: string;
  timeoutSeconds: number;
  memoryMb: number;
  architecture: string;
  environment: Record<string, string>;
  roleArn: string;
  /** `/aws/lambda/NAME` by default. */
  logGroup?: string;
  versions: LambdaVersion[];
}

export interface CloudFrontFunctionDefinition extends DeployedResource {
  name: string;
  arn: string;
  runtime: string;
  code: string;
  /** ARNs of its KeyValueStores. */
  stores: string[];
}

/** It is empty at first: imports are not modelled. */
export interface KeyValueStoreDefinition extends DeployedResource {
  name: string;
  arn: string;
}

export interface QueueDefinition extends DeployedResource {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  redrive?: { deadLetterArn: string; maxReceiveCount: number };
  policy: Statement[];
}

export interface EventSourceMapping extends DeployedResource {
  queueArn: string;
  functionArn: string;
  batchSize: number;
  windowSeconds: number;
  reportsBatchItemFailures: boolean;
  maximumConcurrency: number;
}

export interface EventRule extends DeployedResource {
  name: string;
  arn: string;
  pattern: Record<string, unknown>;
  queueArns: string[];
}

/** A parameter of Systems Manager. */
export interface Parameter extends DeployedResource {
  name: string;
  arn: string;
  value: string;
}

export interface DistributionDefinition extends DeployedResource {
  id: string;
  arn: string;
  domainName: string;
  config: DistributionConfig;
}

/** CloudFormation: AWS::CloudFront::Distribution, DistributionConfig; the properties that are read here. */
export interface DistributionConfig {
  Enabled: boolean;
  Origins: Origin[];
  DefaultCacheBehavior: CacheBehavior;
  CacheBehaviors?: (CacheBehavior & { PathPattern: string })[];
  OriginGroups?: { Quantity: number };
  ContinuousDeploymentPolicyId?: string;
  CustomErrorResponses?: {
    ErrorCode: number;
    ErrorCachingMinTTL?: number;
    ResponseCode?: number;
    ResponsePagePath?: string;
  }[];
  DefaultRootObject?: string;
  CacheTagConfig?: { HeaderName: string };
  WebACLId?: string;
}

export interface Origin {
  Id: string;
  DomainName: string;
  OriginPath?: string;
  OriginAccessControlId?: string;
  OriginCustomHeaders?: { HeaderName: string; HeaderValue: string }[];
  OriginShield?: { Enabled: boolean; OriginShieldRegion?: string };
  S3OriginConfig?: { OriginAccessIdentity?: string };
}

export interface CacheBehavior {
  TargetOriginId: string;
  /** Missing for legacy cache settings. */
  CachePolicyId?: string;
  OriginRequestPolicyId?: string;
  ResponseHeadersPolicyId?: string;
  AllowedMethods?: string[];
  ViewerProtocolPolicy: string;
  TrustedKeyGroups?: string[];
  FunctionAssociations?: { EventType: string; FunctionARN: string }[];
  LambdaFunctionAssociations?: { EventType: string; LambdaFunctionARN: string }[];
}

export interface CachePolicyConfig {
  Name: string;
  MinTTL: number;
  DefaultTTL: number;
  MaxTTL: number;
  ParametersInCacheKeyAndForwardedToOrigin: {
    CookiesConfig: { CookieBehavior: string; Cookies?: string[] };
    HeadersConfig: { HeaderBehavior: string; Headers?: string[] };
    QueryStringsConfig: { QueryStringBehavior: string; QueryStrings?: string[] };
    EnableAcceptEncodingGzip: boolean;
    EnableAcceptEncodingBrotli?: boolean;
  };
}

export interface ResponseHeadersPolicyConfig {
  Name: string;
  CorsConfig?: {
    AccessControlAllowCredentials: boolean;
    AccessControlAllowHeaders: { Items: string[] };
    AccessControlAllowMethods: { Items: string[] };
    AccessControlAllowOrigins: { Items: string[] };
    AccessControlExposeHeaders?: { Items: string[] };
    AccessControlMaxAgeSec?: number;
    OriginOverride: boolean;
  };
  CustomHeadersConfig?: { Items: { Header: string; Value: string; Override: boolean }[] };
  RemoveHeadersConfig?: { Items: { Header: string }[] };
  SecurityHeadersConfig?: {
    ContentTypeOptions?: { Override: boolean };
    FrameOptions?: { FrameOption: string; Override: boolean };
    ReferrerPolicy?: { ReferrerPolicy: string; Override: boolean };
    StrictTransportSecurity?: {
      AccessControlMaxAgeSec: number;
      IncludeSubdomains?: boolean;
      Preload?: boolean;
      Override: boolean;
    };
    XSSProtection?: { Protection: boolean; ModeBlock?: boolean; ReportUri?: string; Override: boolean };
  };
}

export interface OriginAccessControlConfig {
  Name: string;
  SigningBehavior: string;
}
