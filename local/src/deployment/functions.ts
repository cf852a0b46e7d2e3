import { existsSync, statSync } from 'node:fs';
import type {
  CloudFrontFunctionDefinition,
  KeyValueStoreDefinition,
  LambdaDefinition,
  LambdaVersion,
} from './deployment';
import { type Entry, type Stacks, identityOf } from './stacks';

/** CloudFormation: AWS::Lambda::Function; the properties that are read here. */
interface LambdaProperties {
  Architectures?: string[];
  Code: { S3Bucket?: string; S3Key?: string; ZipFile?: string; ImageUri?: string };
  Environment?: { Variables?: Record<string, unknown> };
  Handler: string;
  LoggingConfig?: { LogGroup?: string };
  MemorySize?: number;
  Role: string;
  Runtime: string;
  Timeout?: number;
}

/** Every Lambda function but the providers of custom resources. */
export function readLambdas(stacks: Stacks): { definition: LambdaDefinition; entry: Entry }[] {
  const providers = stacks.customResourceProviders();
  const versions = readVersions(stacks);
  return stacks
    .read('AWS::Lambda::Function', (entry) =>
      providers.has(entry.attribute('Arn')) ? [] : [{ entry, definition: readLambda(entry, versions) }],
    )
    .flat();
}

function readLambda(entry: Entry, versions: Map<string, LambdaVersion[]>): LambdaDefinition {
  const properties = entry.properties() as LambdaProperties;
  const arn = entry.attribute('Arn');
  return {
    ...identityOf(entry),
    name: entry.ref,
    arn,
    runtime: properties.Runtime,
    handler: properties.Handler,
    assetDirectory: readAsset(entry, properties.Code),
    timeoutSeconds: properties.Timeout ?? 3,
    memoryMb: properties.MemorySize ?? 128,
    architecture: properties.Architectures?.[0] ?? 'x86_64',
    environment: Object.fromEntries(
      Object.entries(properties.Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    roleArn: properties.Role,
    ...(properties.LoggingConfig?.LogGroup && { logGroup: properties.LoggingConfig.LogGroup }),
    versions: versions.get(arn) ?? [],
  };
}

function readAsset(entry: Entry, code: LambdaProperties['Code']): string {
  const folder = code.S3Key === undefined ? undefined : entry.assets.get(code.S3Key);
  if (folder === undefined) throw entry.error('the code of a function has to be an asset of the cloud assembly');
  if (!existsSync(folder)) throw entry.error(`its asset ${folder} is missing`);
  if (!statSync(folder).isDirectory()) throw entry.error(`its asset ${folder} is not a folder`);
  return folder;
}

function readVersions(stacks: Stacks): Map<string, LambdaVersion[]> {
  const versions = new Map<string, LambdaVersion[]>();
  const read = stacks.read('AWS::Lambda::Version', ({ ref, attribute }) => ({
    arn: ref,
    version: attribute('Version'),
  }));
  for (const version of read) {
    const arn = version.arn.slice(0, version.arn.lastIndexOf(':'));
    versions.set(arn, [...(versions.get(arn) ?? []), version]);
  }
  return versions;
}

interface CloudFrontFunctionProperties {
  FunctionCode: string;
  FunctionConfig: { Runtime: string; KeyValueStoreAssociations?: { KeyValueStoreARN: string }[] };
  Name: string;
}

export function readCloudFrontFunctions(stacks: Stacks): CloudFrontFunctionDefinition[] {
  return stacks.read('AWS::CloudFront::Function', (entry) => {
    const { FunctionCode, FunctionConfig, Name } = entry.properties() as CloudFrontFunctionProperties;
    return {
      ...identityOf(entry),
      name: Name,
      arn: entry.ref,
      runtime: FunctionConfig.Runtime,
      code: FunctionCode,
      stores: (FunctionConfig.KeyValueStoreAssociations ?? []).map(({ KeyValueStoreARN }) => KeyValueStoreARN),
    };
  });
}

export function readKeyValueStores(stacks: Stacks): KeyValueStoreDefinition[] {
  return stacks.read('AWS::CloudFront::KeyValueStore', (entry) => {
    if ((entry.properties() as { ImportSource?: unknown }).ImportSource !== undefined) {
      throw entry.error('what a KeyValueStore imports is not modelled here');
    }

    return { ...identityOf(entry), name: entry.ref, arn: entry.attribute('Arn') };
  });
}
