import { existsSync, statSync } from 'node:fs';
import { type Stack, readAssembly } from './assembly';
import type { DeployedResource } from './deployment';
import { DeploymentError } from './error';
import { Resolver } from './intrinsics';

/** A resource of any stack, its properties resolved when they are asked for. */
export interface Entry extends DeployedResource {
  /** What a `Ref` to it gives. */
  ref: string;
  resolver: Resolver;
  assets: Stack['assets'];
  properties(): object;
  attribute(name: string): string;
  /** One line that names the resource. */
  error(problem: string): DeploymentError;
}

/** All stacks of an assembly. */
export class Stacks {
  readonly #stacks: { stack: Stack; resolver: Resolver }[];

  constructor(folder: string) {
    this.#stacks = readAssembly(folder).map((stack) => ({ stack, resolver: new Resolver(stack) }));
  }

  /** Every resource of one type. */
  of(type: string): Entry[] {
    return this.#stacks.flatMap(({ stack, resolver }) =>
      resolver.resources(type).map(([logicalId]): Entry => ({
        logicalId,
        stack: stack.name,
        region: stack.region,
        ref: resolver.ref(logicalId),
        resolver,
        assets: stack.assets,
        properties: () => resolver.properties(logicalId),
        attribute: (name) => resolver.attribute(logicalId, name),
        error: (problem) => new DeploymentError(`${stack.name}/${logicalId}: ${problem}`),
      })),
    );
  }

  /** Folders that are uploaded as zip files: the code of functions, providers of custom resources included. */
  assetFolders(): string[] {
    const paths = this.#stacks.flatMap(({ stack }) => [...stack.assets.values()]);
    return [...new Set(paths)].filter((path) => existsSync(path) && statSync(path).isDirectory());
  }

  /** ARNs of the functions that are providers of custom resources. */
  serviceTokens(): Set<string> {
    const tokens = this.#stacks.flatMap(({ stack, resolver }) =>
      Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, { Properties }]) =>
        Properties?.ServiceToken === undefined ? [] : [String(resolver.resolve(Properties.ServiceToken, logicalId))],
      ),
    );
    return new Set(tokens);
  }

  outputs(): Record<string, string> {
    const all = this.#stacks.flatMap(({ stack, resolver }) =>
      Object.entries(stack.template.Outputs ?? {}).map(([id, { Value }]) => ({
        stack: stack.name,
        id,
        value: String(resolver.resolve(Value, id)),
      })),
    );
    const isAmbiguous = (id: string) => all.filter((output) => output.id === id).length > 1;
    return Object.fromEntries(all.map(({ stack, id, value }) => [isAmbiguous(id) ? `${stack}.${id}` : id, value]));
  }
}
