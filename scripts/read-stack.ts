import { LAMBDA_EDGE } from '../edge/limits';
import { readStackParameter } from '../edge/refresh/read-stack';
import { type StackParameter, stackParameterName } from '../edge/stack-parameter';

/**
 * What a stack tells of itself.
 * @throws Error of one line where it cannot be read
 */
export async function readStack(stackName: string): Promise<StackParameter> {
  const parameter = stackParameterName(stackName);
  try {
    return await readStackParameter(parameter);
  } catch (error) {
    throw new Error(`The parameter ${parameter} in ${LAMBDA_EDGE.region} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
}
