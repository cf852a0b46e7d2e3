import { existsSync, statSync } from 'node:fs';
import { type Stack, readAssembly } from './assembly';
import type { DeployedResource } from './deployment';
import { DeploymentError } from './error';
import { Resolver } from './intrinsics';
import { neededIds } from './needs';
import { NotRun } from './not-run';

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

/** What says which resource it is. */
export const identityOf = ({ logicalId, stack, region }: Entry): DeployedResource => ({ logicalId, stack, region });

/** All stacks of an assembly. */
export class Stacks {
  /** What is left out, since the images do not need it. */
  readonly notRun = new NotRun();
  readonly #stacks: { stack: Stack; resolver: Resolver; needed: ReadonlySet<string> | undefined }[];
  /** Whether there are images, so that what they do not need can be left out. */
  readonly #hasImages: boolean;

  constructor(folder: string) {
    const stacks = readAssembly(folder);
    const needed = neededIds(stacks.map(({ template }) => template));
    this.#hasImages = needed !== undefined;
    this.#stacks = stacks.map((stack, index) => ({ stack, resolver: new Resolver(stack), needed: needed?.[index] }));
    for (const { stack } of this.#stacks) this.notRun.addTypes(stack);
  }

  /**
   * What is read of each resource of a type. One that cannot be read is left out, if the images do not need it.
   * @throws DeploymentError for one that they need
   */
  read<T>(type: string, read: (entry: Entry) => T): T[] {
    return this.#stacks.flatMap(({ stack, resolver, needed }) =>
      Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
        if (resource.Type !== type) return [];
        try {
          resolver.checkCondition(logicalId);
          return [read(this.#entry(stack, resolver, logicalId))];
        } catch (error) {
          if (!(error instanceof DeploymentError) || !this.#canBeLeftOut(logicalId, needed)) throw error;
          this.notRun.add(error.message, resolver.names(logicalId));
          return [];
        }
      }),
    );
  }

  /** Every resource of one type. */
  of(type: string): Entry[] {
    return this.read(type, (entry) => entry);
  }

  /** Folders with the code of functions, providers of custom resources included. */
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
  serviceTokens(): Set<string> {
    const tokens = this.#stacks.flatMap(({ stack, resolver, needed }) =>
      Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, { Properties }]) => {
        if (Properties?.['ServiceToken'] === undefined) return [];
        const token = Properties['ServiceToken'];
        return String(
          this.#canBeLeftOut(logicalId, needed)
            ? resolver.describe(token, logicalId)
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
        // An output of something that is not run here is nothing that images need.
        value: String(this.#hasImages ? resolver.describe(Value, id) : resolver.resolve(Value, id)),
      })),
    );
    const isAmbiguous = (id: string) => all.filter((output) => output.id === id).length > 1;
    return Object.fromEntries(all.map(({ stack, id, value }) => [isAmbiguous(id) ? `${stack}.${id}` : id, value]));
  }

  #canBeLeftOut(logicalId: string, needed: ReadonlySet<string> | undefined): boolean {
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
      error: (problem) => new DeploymentError(`${stack.name}/${logicalId}: ${problem}`),
    };
  }
}
