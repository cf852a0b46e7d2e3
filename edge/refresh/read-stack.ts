import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LAMBDA_EDGE } from '../limits';
import type { StackParameter } from '../stack-parameter';

/** Reads what the stack tells of itself. @throws what Systems Manager fails with */
export async function readStackParameter(name: string): Promise<StackParameter> {
  const { Parameter } = await new SSMClient({ region: LAMBDA_EDGE.region }).send(
    new GetParameterCommand({ Name: name }),
  );
  return JSON.parse(Parameter!.Value!) as StackParameter;
}
