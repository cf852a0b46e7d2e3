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

  /** Where constructs for a region go: the scope of its own in us-east-1, a stack beside it elsewhere. */
  in(region: string): Construct {
    if (region === LAMBDA_EDGE.region) return this.#scope;
    const found = this.#others.get(region);
    if (found) return found;
    const { stackName, account } = Stack.of(this.#scope);
    const stack = new Stack(Stage.of(this.#scope), `${stackName}-${region}`, {
      env: { account, region },
      description: `What the stack ${stackName} needs in ${region}`,
    });
    this.#others.set(region, stack);
    return stack;
  }
}
