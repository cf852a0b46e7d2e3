import { existsSync, statSync } from 'node:fs';
import { type Stack, readAssembly } from './assembly';
import type { DeployedResource } from './deployment';
import { DeploymentError, errorOf } from './error';
import { Resolver } from './intrinsics';
import { imageResourceIds } from './image-resources';
import { NotRun } from './not-run';

/** A resource of a stack, resolved on demand. */
export interface Entry extends DeployedResource {
  /** The result of a `Ref`. */
  ref: string;
  resolver: Resolver;
  assets: Stack['assets'];
  properties(): object;
  attribute(name: string): string;
  error(problem: string): DeploymentError;
}

export const identityOf = ({ logicalId, stack, region }: Entry): DeployedResource => ({ logicalId, stack, region });

/** The stacks of an assembly. If any distribution serves images, resources that these do not need are optional. */
export class Stacks {
  readonly notRun = new NotRun();
  readonly #stacks: { stack: Stack; resolver: Resolver; needed: ReadonlySet<string> | undefined }[];
  readonly #hasImages: boolean;

  constructor(folder: string) {
    const stacks = readAssembly(folder);
    const needed = imageResourceIds(stacks.map(({ template }) => template));
    this.#hasImages = needed !== undefined;
    this.#stacks = stacks.map((stack, index) => ({ stack, resolver: new Resolver(stack), needed: needed?.[index] }));
    for (const { stack } of this.#stacks) this.notRun.addTypes(stack);
  }

  /**
   * Reads each resource of a type. An optional one that cannot be read is left out, and listed in `notRun`.
   * @throws DeploymentError for one that is not optional
   */
  read<T>(type: string, read: (entry: Entry) => T): T[] {
    return this.#stacks.flatMap(({ stack, resolver, needed }) =>
      Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
        if (resource.Type !== type) return [];
        try {
          resolver.checkCondition(logicalId);
          return [read(this.#entry(stack, resolver, logicalId))];
        } catch (error) {
          if (!(error instanceof DeploymentError) || !this.#isOptional(logicalId, needed)) throw error;
          this.notRun.add(error.message, resolver.names(logicalId));
          return [];
        }
      }),
    );
  }

  /** The resources of a type. */
  entries(type: string): Entry[] {
    return this.read(type, (entry) => entry);
  }

  /** Folders with the code of Lambda functions, providers of custom resources included. */
  codeFolders(): string[] {
    const paths = this.#stacks.flatMap(({ stack }) =>
      Object.values(stack.template.Resources ?? {})
        .filter(({ Type }) => Type === 'AWS::Lambda::Function')
        .map(({ Properties }) => stack.assets.get(String((Properties?.['Code'] as { S3Key?: string })?.S3Key)))
        .filter((path) => path !== undefined),
    );
    return [...new Set(paths)].filter((path) => existsSync(path) && statSync(path).isDirectory());
  }

  /** ARNs of the functions that are providers of custom resources. */
  customResourceProviders(): Set<string> {
    const tokens = this.#stacks.flatMap(({ stack, resolver, needed }) =>
      Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, { Properties }]) => {
        if (Properties?.['ServiceToken'] === undefined) return [];
        const token = Properties['ServiceToken'];
        return String(
          this.#isOptional(logicalId, needed)
            ? resolver.resolveOrDescribe(token, logicalId)
            : resolver.resolve(token, logicalId),
        );
      }),
    );
    return new Set(tokens);
  }

  outputs(): Record<string, string> {
    const all = this.#stacks.flatMap(({ stack, resolver }) =>
      Object.entries(stack.template.Outputs ?? {}).map(([id, { Value }]) => ({
        stack: stack.name,
        id,
        // Images need no output, and it may be of something that is not run here.
        value: String(this.#hasImages ? resolver.resolveOrDescribe(Value, id) : resolver.resolve(Value, id)),
      })),
    );
    const isAmbiguous = (id: string) => all.filter((output) => output.id === id).length > 1;
    return Object.fromEntries(all.map(({ stack, id, value }) => [isAmbiguous(id) ? `${stack}.${id}` : id, value]));
  }

  #isOptional(logicalId: string, needed: ReadonlySet<string> | undefined): boolean {
    return this.#hasImages && !needed?.has(logicalId);
  }

  #entry(stack: Stack, resolver: Resolver, logicalId: string): Entry {
    return {
      logicalId,
      stack: stack.name,
      region: stack.region,
      ref: resolver.ref(logicalId),
      resolver,
      assets: stack.assets,
      properties: () => resolver.properties(logicalId),
      attribute: (name) => resolver.attribute(logicalId, name),
      error: (problem) => errorOf({ stack: stack.name, logicalId }, problem),
    };
  }
}
