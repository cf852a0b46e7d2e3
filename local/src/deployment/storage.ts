import { parsePolicy } from '../iam/policy';
import type { Statement } from '../iam/policy';
import type { Bucket, BucketNotification, LifecycleRule } from './deployment';
import type { Entry, Stacks } from './stacks';

interface BucketProperties {
  VersioningConfiguration?: { Status: string };
  LifecycleConfiguration?: { Rules: LifecycleRule[] };
  NotificationConfiguration?: NotificationConfiguration;
}

interface QueueConfiguration {
  /** As a bucket's own property names it, and as the API does, whose shape CDK's custom resource takes. */
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

/** The buckets of all stacks. */
export function readBuckets(stacks: Stacks): Bucket[] {
  const policies = readPolicies(stacks, 'AWS::S3::BucketPolicy', ({ Bucket: bucket }) => [String(bucket)]);
  return stacks.of('AWS::S3::Bucket').map((entry): Bucket => {
    const { VersioningConfiguration, LifecycleConfiguration } = entry.properties() as BucketProperties;
    return {
      logicalId: entry.logicalId,
      stack: entry.stack,
      region: entry.region,
      name: entry.ref,
      arn: entry.attribute('Arn'),
      policy: policies.get(entry.ref) ?? [],
      versioned: VersioningConfiguration?.Status === 'Enabled',
      lifecycle: (LifecycleConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled'),
    };
  });
}

/** Resource policies by the name of what they stand on. */
export function readPolicies(
  stacks: Stacks,
  type: string,
  holders: (properties: Record<string, unknown>) => string[],
): Map<string, Statement[]> {
  const policies = new Map<string, Statement[]>();
  for (const entry of stacks.of(type)) {
    const properties = entry.properties() as Record<string, unknown>;
    for (const holder of holders(properties)) {
      const statements = parsePolicy(properties.PolicyDocument, entry.logicalId);
      policies.set(holder, [...(policies.get(holder) ?? []), ...statements]);
    }
  }
  return policies;
}

/** What the buckets' notification configurations say, those of CDK's custom resource included. */
export function readNotifications(stacks: Stacks): {
  notifications: BucketNotification[];
  eventBridgeBuckets: string[];
} {
  const own = stacks.of('AWS::S3::Bucket').map((entry) => ({
    entry,
    bucket: entry.ref,
    configuration: (entry.properties() as BucketProperties).NotificationConfiguration ?? {},
  }));
  const custom = stacks.of('Custom::S3BucketNotifications').map((entry) => {
    const properties = entry.properties() as {
      BucketName: string;
      NotificationConfiguration: NotificationConfiguration;
    };
    return { entry, bucket: properties.BucketName, configuration: properties.NotificationConfiguration };
  });
  const all = [...own, ...custom];
  return {
    notifications: all.flatMap(({ entry, bucket, configuration }) =>
      readConfiguration(entry, configuration).map((notification) => ({ bucket, ...notification })),
    ),
    eventBridgeBuckets: all
      .filter(({ configuration: { EventBridgeConfiguration: on } }) => on && on.EventBridgeEnabled !== false)
      .map(({ bucket }) => bucket),
  };
}

function readConfiguration(
  entry: Entry,
  configuration: NotificationConfiguration,
): Omit<BucketNotification, 'bucket'>[] {
  const { TopicConfigurations, LambdaConfigurations, LambdaFunctionConfigurations } = configuration;
  if ([TopicConfigurations, LambdaConfigurations, LambdaFunctionConfigurations].some((list) => list?.length)) {
    throw entry.error('a bucket can notify a queue or EventBridge here, no topic and no function');
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
