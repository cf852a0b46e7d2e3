import { SSMClient, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { LAMBDA_EDGE } from '../edge/limits';
import { readStackParameter } from '../edge/refresh/distribution';
import { type StackParameter, stackParameterName } from '../edge/stack-parameter';
import { STACK_DEFAULTS } from '../edge/config/stack-schema';
import { UsageError } from './usage';
import { whyOf } from './why';

/** The option of every command that reads a stack. */
export const STACK_OPTION: [flags: string, description: string, byDefault: string] = [
  '--stack <name>',
  'the CloudFormation stack; Website/Images for one of several resizers in it',
  STACK_DEFAULTS.name,
];

/**
 * Reads the parameter in which a resizer describes itself.
 * @param name of the stack, with the path of the resizer if it has several: `Website/Images`
 * @throws UsageError if it cannot be read, or if the stack has several, with their names
 */
export async function readStack(name: string): Promise<StackParameter> {
  const own = stackParameterName(name);
  try {
    return await readStackParameter(own);
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw unreadable(own, error);
  }
  const [only, ...more] = await resizersIn(name);
  if (only === undefined) {
    throw new UsageError(
      `There is no parameter ${own} in ${LAMBDA_EDGE.region}, so there is no stack ${name}. Give its name with --stack.`,
    );
  }
  if (more.length > 0) {
    const choices = [only, ...more].map((each) => `--stack ${each}`).join(', ');
    throw new UsageError(`The stack ${name} has several resizers. Choose one: ${choices}.`);
  }
  return readStackParameter(stackParameterName(only)).catch((error: unknown) => {
    throw unreadable(stackParameterName(only), error);
  });
}

const unreadable = (parameter: string, error: unknown): UsageError =>
  new UsageError(`The parameter ${parameter} in ${LAMBDA_EDGE.region} cannot be read: ${whyOf(error)}.`);

/** Names of the resizers in a stack, each with its path. */
async function resizersIn(stackName: string): Promise<string[]> {
  const client = new SSMClient({ region: LAMBDA_EDGE.region });
  const found: string[] = [];
  try {
    const pages = paginateGetParametersByPath({ client }, { Path: `/${stackName}`, Recursive: true });
    for await (const { Parameters = [] } of pages) {
      found.push(...Parameters.map(({ Name = '' }) => /^\/(.+)\/distribution$/.exec(Name)?.[1] ?? ''));
    }
  } catch (error) {
    throw unreadable(`/${stackName}/…`, error);
  } finally {
    client.destroy();
  }
  return found.filter(Boolean).sort();
}
