import { LAMBDA_EDGE } from '../edge/limits';
import { readStackParameter } from '../edge/refresh/distribution';
import { type StackParameter, stackParameterName } from '../edge/stack-parameter';
import { UsageError } from './usage';

/**
 * What a stack tells of itself.
 * @throws UsageError where it cannot be read
 */
export async function readStack(stackName: string): Promise<StackParameter> {
  const parameter = stackParameterName(stackName);
  try {
    return await readStackParameter(parameter);
  } catch (error) {
    const { name, message } = error as Error;
    const why =
      name === 'CredentialsProviderError'
        ? 'there are no AWS credentials; `aws sts get-caller-identity` says whether yours work'
        : name === 'ParameterNotFound'
          ? `there is none, so there is no stack ${stackName} here; name it by --stack`
          : message;
    throw new UsageError(`The parameter ${parameter} in ${LAMBDA_EDGE.region} cannot be read: ${why}.`);
  }
}
