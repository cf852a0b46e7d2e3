import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DeploymentError } from './error';

/** A resource with its intrinsic functions unresolved. */
export interface Resource {
  Type: string;
  Condition?: string;
  Properties?: Record<string, unknown>;
}

export interface Template {
  Resources?: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** One stack of a cloud assembly. */
export interface Stack {
  name: string;
  region: string;
  template: Template;
  /** Folders of file assets, by their keys in the bootstrap bucket. */
  assets: Map<string, string>;
}

interface Manifest {
  artifacts?: Record<
    string,
    {
      type: string;
      environment?: string;
      properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string };
    }
  >;
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

const DEFAULT_REGION = 'us-east-1';

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new DeploymentError(`${path} cannot be read: ${(error as Error).message}`);
  }
};

/**
 * Reads every stack of a CDK cloud assembly (`cdk.out`), stages included.
 * @throws DeploymentError if there is none
 */
export function readAssembly(folder: string): Stack[] {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new DeploymentError(`${folder} is not a cloud assembly: it has no manifest.json`);
  }
  const stacks = readStacks(folder);
  if (stacks.length === 0) throw new DeploymentError(`${folder} has no stack`);
  return stacks;
}

function readStacks(folder: string): Stack[] {
  const artifacts = Object.entries((readJson(join(folder, 'manifest.json')) as Manifest).artifacts ?? {});
  const assets = new Map(
    artifacts
      .filter(([, { type }]) => type === 'cdk:asset-manifest')
      .flatMap(([, { properties }]) => readAssets(folder, properties!.file!)),
  );
  return artifacts.flatMap(([id, { type, environment, properties }]): Stack[] => {
    if (type === 'cdk:cloud-assembly') return readStacks(join(folder, properties!.directoryName!));
    if (type !== 'aws:cloudformation:stack') return [];
    const region = environment?.split('/').at(-1);
    return [
      {
        name: properties!.stackName ?? id,
        region: !region || region === 'unknown-region' ? DEFAULT_REGION : region,
        template: readJson(join(folder, properties!.templateFile!)) as Template,
        assets,
      },
    ];
  });
}

function readAssets(folder: string, file: string): [key: string, path: string][] {
  const files = Object.values((readJson(join(folder, file)) as AssetManifest).files ?? {});
  return files.flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(folder, source.path ?? ''),
    ]),
  );
}
