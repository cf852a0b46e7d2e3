import { Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LAMBDA_EDGE } from '../edge/limits';

/** The stack of the construct itself, and one more in each other region where it needs something. */
export class SupportStacks {
  readonly #scope: Construct;
  readonly #others = new Map<string, Stack>();

  constructor(scope: Construct) {
    this.#scope = scope;
  }

  /** The stack of the construct itself, and those beside it. */
  get all(): Stack[] {
    return [Stack.of(this.#scope), ...this.#others.values()];
  }

  /** Where constructs for a region go: the scope of its own in us-east-1, a stack beside it elsewhere. */
  in(region: string): Construct {
    if (region === LAMBDA_EDGE.region) return this.#scope;
    const found = this.#others.get(region);
    if (found) return found;
    const main = Stack.of(this.#scope);
    const stackName = `${main.stackName}-${region}`;
    const stack = new Stack(Stage.of(this.#scope), `${main.node.id}-${region}`, {
      stackName,
      env: { account: main.account, region },
      description: `What the stack ${main.stackName} needs in ${region}`,
      terminationProtection: main.terminationProtection ?? false,
      tags: main.tags.tagValues(),
    });
    // Deployed before it, so that buckets are there; destroyed after it, when no request stores any more.
    main.addStackDependency(stack);
    this.#others.set(region, stack);
    return stack;
  }
}
