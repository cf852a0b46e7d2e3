import type { Resource, Template } from './assembly';
import type { DistributionConfig } from './deployment';
import { behaviorsOf, isForImages } from './images';
import { referencesOf } from './intrinsics';

type Resources = Readonly<Record<string, Resource>>;

/** Types of resources that belong to others, with the properties that name these. */
const ATTACHED: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SQS::QueuePolicy': ['Queues'],
  'AWS::IAM::Policy': ['Roles'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn'],
  'Custom::S3BucketNotifications': ['BucketName', 'NotificationConfiguration'],
  'AWS::Events::Rule': ['EventPattern', 'Targets'],
};

const idsIn = (value: unknown): string[] => referencesOf(value).map((reference) => reference.split('.')[0]!);

// Unresolved, so only literal values can be read.
const configOf = ({ Properties }: Resource) => Properties?.['DistributionConfig'] as DistributionConfig;

const servesImages = (resource: Resource): boolean =>
  resource.Type === 'AWS::CloudFront::Distribution' &&
  behaviorsOf({ config: configOf(resource) }).some((behavior) => isForImages(behavior, configOf(resource).Origins));

/** Names of buckets in origins' custom headers. A bucket in another region is named literally, not by a reference. */
function bucketNames(resources: Resource[]): string[] {
  const headers = resources
    .filter(servesImages)
    .flatMap((resource) => configOf(resource).Origins.flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders));
  const values = headers.filter(({ HeaderName }) => HeaderName.endsWith('-bucket')).map((header) => header.HeaderValue);
  return values.filter((value: unknown) => typeof value === 'string');
}

/**
 * For each template, the logical ids of the resources that images need: their distributions and all that these refer
 * to, what is attached to those, and functions that are fed from a queue and work on their buckets. Undefined if no
 * distribution serves images.
 */
export function imageResourceIds(templates: readonly Template[]): ReadonlySet<string>[] | undefined {
  const all = templates.map(({ Resources = {} }) => Resources);
  if (!all.some((resources) => Object.values(resources).some(servesImages))) return undefined;
  const names = bucketNames(all.flatMap((resources) => Object.values(resources)));
  return all.map((resources) => neededIds(resources, names));
}

function neededIds(resources: Resources, names: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const add = (id: string): void => {
    const resource = Object.hasOwn(resources, id) ? resources[id] : undefined;
    if (!resource || needed.has(id)) return;
    needed.add(id);
    for (const other of idsIn(resource.Properties)) add(other);
  };
  const refersToNeeded = (value: unknown): boolean =>
    idsIn(value).some((id) => needed.has(id)) || names.some((name) => JSON.stringify(value ?? null).includes(name));
  const feedsImages = ({ Properties }: Resource): boolean =>
    idsIn(Properties?.['FunctionName']).some((id) => {
      const { Role, Environment } = resources[id]?.Properties ?? {};
      const roles = idsIn(Role);
      const policies = Object.values(resources).filter(
        ({ Type, Properties: policy }) =>
          Type === 'AWS::IAM::Policy' && idsIn(policy?.['Roles']).some((role) => roles.includes(role)),
      );
      return [Environment, ...policies.map(({ Properties: policy }) => policy?.['PolicyDocument'])].some(
        refersToNeeded,
      );
    });

  for (const [id, resource] of Object.entries(resources)) {
    const isNamed = resource.Type === 'AWS::S3::Bucket' && names.includes(String(resource.Properties?.['BucketName']));
    if (isNamed || servesImages(resource)) add(id);
  }
  for (let before = -1; before < needed.size;) {
    before = needed.size;
    for (const [id, resource] of Object.entries(resources)) {
      const properties = ATTACHED[resource.Type] ?? [];
      if (properties.some((name) => refersToNeeded(resource.Properties?.[name]))) add(id);
      if (resource.Type === 'AWS::Lambda::EventSourceMapping' && feedsImages(resource)) add(id);
    }
  }
  return needed;
}
