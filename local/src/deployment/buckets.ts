import { type Statement, parsePolicy } from '../iam/policy';
import type { Bucket, BucketNotification, LifecycleRule } from './deployment';
import { type Entry, type Stacks, identityOf } from './stacks';

interface BucketProperties {
  VersioningConfiguration?: { Status: string };
  LifecycleConfiguration?: { Rules: LifecycleRule[] };
  NotificationConfiguration?: NotificationConfiguration;
}

interface QueueConfiguration {
  /** Of a bucket's own property. CDK's custom resource has the API's names instead: QueueArn, Events, Key. */
  Queue?: string;
  QueueArn?: string;
  Event?: string;
  Events?: string[];
  Filter?: {
    S3Key?: { Rules: FilterRule[] };
    Key?: { FilterRules: FilterRule[] };
  };
}

interface FilterRule {
  Name: string;
  Value: string;
}

interface NotificationConfiguration {
  EventBridgeConfiguration?: { EventBridgeEnabled?: boolean };
  QueueConfigurations?: QueueConfiguration[];
  TopicConfigurations?: unknown[];
  LambdaConfigurations?: unknown[];
  LambdaFunctionConfigurations?: unknown[];
}

export function readBuckets(stacks: Stacks): Bucket[] {
  const policies = readPolicies(stacks, 'AWS::S3::BucketPolicy', ({ Bucket: bucket }) => [String(bucket)]);
  return stacks.read('AWS::S3::Bucket', (entry): Bucket => {
    const { VersioningConfiguration, LifecycleConfiguration } = entry.properties() as BucketProperties;
    return {
      ...identityOf(entry),
      name: entry.ref,
      arn: entry.attribute('Arn'),
      policy: policies.get(entry.ref) ?? [],
      versioned: VersioningConfiguration?.Status === 'Enabled',
      lifecycle: (LifecycleConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled'),
    };
  });
}

/**
 * Resource-based policies, by the `Ref` of their resource.
 * @param refsIn the resources that a policy's properties name
 */
export function readPolicies(
  stacks: Stacks,
  type: string,
  refsIn: (properties: Record<string, unknown>) => string[],
): Map<string, Statement[]> {
  const policies = new Map<string, Statement[]>();
  const read = stacks.read(type, (entry) => {
    const properties = entry.properties() as Record<string, unknown>;
    return { refs: refsIn(properties), statements: parsePolicy(properties.PolicyDocument, entry.logicalId) };
  });
  for (const { refs, statements } of read) {
    for (const ref of refs) policies.set(ref, [...(policies.get(ref) ?? []), ...statements]);
  }
  return policies;
}

/** The notifications of buckets, by their own property or by CDK's custom resource. */
export function readNotifications(stacks: Stacks): {
  notifications: BucketNotification[];
  eventBridgeBuckets: string[];
} {
  const own = stacks.read('AWS::S3::Bucket', (entry) => {
    const { NotificationConfiguration = {} } = entry.properties() as BucketProperties;
    return readNotification(entry, entry.ref, NotificationConfiguration);
  });
  const custom = stacks.read('Custom::S3BucketNotifications', (entry) => {
    const properties = entry.properties() as {
      BucketName: string;
      NotificationConfiguration: NotificationConfiguration;
    };
    return readNotification(entry, properties.BucketName, properties.NotificationConfiguration);
  });
  const all = [...own, ...custom];
  return {
    notifications: all
      .flatMap(({ notifications }) => notifications)
      .filter(({ queueArn }) => !stacks.notRun.has(queueArn)),
    eventBridgeBuckets: all.filter(({ isOnEventBridge }) => isOnEventBridge).map(({ bucket }) => bucket),
  };
}

function readNotification(entry: Entry, bucket: string, configuration: NotificationConfiguration) {
  const { EventBridgeConfiguration: bridge } = configuration;
  return {
    bucket,
    notifications: readConfiguration(entry, configuration).map((notification) => ({ bucket, ...notification })),
    isOnEventBridge: bridge !== undefined && bridge.EventBridgeEnabled !== false,
  };
}

function readConfiguration(
  entry: Entry,
  configuration: NotificationConfiguration,
): Omit<BucketNotification, 'bucket'>[] {
  const { TopicConfigurations, LambdaConfigurations, LambdaFunctionConfigurations } = configuration;
  if ([TopicConfigurations, LambdaConfigurations, LambdaFunctionConfigurations].some((list) => list?.length)) {
    throw entry.error('a bucket can notify a queue or EventBridge here, but no topic and no function');
  }
  return (configuration.QueueConfigurations ?? []).map(({ Queue, QueueArn, Event, Events, Filter }) => {
    const rules = Filter?.S3Key?.Rules ?? Filter?.Key?.FilterRules ?? [];
    const valueOf = (name: string) => rules.find((rule) => rule.Name.toLowerCase() === name)?.Value ?? '';
    return {
      queueArn: (QueueArn ?? Queue)!,
      events: Events ?? [Event!],
      prefix: valueOf('prefix'),
      suffix: valueOf('suffix'),
    };
  });
}
