import type { Parameter } from './deployment';
import type { Stacks } from './stacks';

/** The parameters of Systems Manager that the stacks make. */
export function readParameters(stacks: Stacks): Parameter[] {
  return stacks.read('AWS::SSM::Parameter', ({ logicalId, stack, region, ref, attribute, properties }) => ({
    logicalId,
    stack,
    region,
    name: ref,
    arn: attribute('Arn'),
    value: (properties() as { Value: string }).Value,
  }));
}
