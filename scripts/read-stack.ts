import { LAMBDA_EDGE } from '../edge/limits';
import { readStackParameter } from '../edge/refresh/distribution';
import { type StackParameter, stackParameterName } from '../edge/stack-parameter';
import { UsageError } from './usage';
import { whyOf } from './why';

/**
 * Reads the parameter in which a stack describes itself.
 * @throws UsageError if it cannot be read
 */
export async function readStack(stackName: string): Promise<StackParameter> {
  const parameter = stackParameterName(stackName);
  try {
    return await readStackParameter(parameter);
  } catch (error) {
    const why =
      (error as Error).name === 'ParameterNotFound'
        ? `there is none, so there is no stack ${stackName} here; name it by --stack`
        : whyOf(error);
    throw new UsageError(`The parameter ${parameter} in ${LAMBDA_EDGE.region} cannot be read: ${why}.`);
  }
}
