import { NestedStack, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import { ConfigError, checked } from '../edge/config/checked';
import { LAMBDA_EDGE } from '../edge/limits';
import { stackSchema } from '../edge/config/stack';
import type { ExistingOriginals } from './buckets';
import { checkDomains } from './domains';
import type { ImageResizer, ImageResizerProps } from './image-resizer';

const { region, originals, webAclArn, rateLimit, alarmEmail, variantDays, memoryMb } = stackSchema.shape;

/** The props that are also settings of the section `stack`, which says what they may be. */
const propsSchema = z
  .object({ region, originals: originals.unwrap().partial(), webAclArn, rateLimit, alarmEmail, variantDays, memoryMb })
  .partial();

/** Without what is known only while deploying. */
const literals = (props: object): object =>
  Object.fromEntries(
    Object.entries(props)
      .filter(([, value]) => !Token.isUnresolved(value))
      .map(([name, value]) => [name, name === 'originals' && value ? literals(value as object) : value]),
  );

/**
 * Refuses what AWS would refuse only while deploying.
 * @throws ConfigError with a sentence that says what to do
 */
export function checkProps(resizer: ImageResizer, props: ImageResizerProps): void {
  checkStack(Stack.of(resizer), resizer);
  checked(propsSchema, literals(props));
  if (props.originals) checkOriginals(props.originals, props.region ?? LAMBDA_EDGE.region);
  if (props.domains) checkDomains(props.domains);
  if (props.webAclArn !== undefined && props.rateLimit !== undefined) {
    throw new ConfigError('Give rateLimit or webAclArn: a rate-based rule goes into a web ACL of your own.');
  }
}

function checkStack(stack: Stack, resizer: ImageResizer): void {
  if (NestedStack.isNestedStack(stack)) {
    throw new ConfigError('An ImageResizer cannot be in a nested stack: what it needs in other regions goes by name.');
  }
  if (Token.isUnresolved(stack.region) || stack.region !== LAMBDA_EDGE.region) {
    const said = Token.isUnresolved(stack.region) ? 'has no region' : `is in ${stack.region}`;
    throw new ConfigError(
      `The stack of an ImageResizer ${said}; CloudFront takes functions from ${LAMBDA_EDGE.region} alone. Give the stack env: { region: '${LAMBDA_EDGE.region}' }, and the resizer another region for its buckets.`,
    );
  }
  if (stack.node.findAll().some((each) => each !== resizer && each.constructor === resizer.constructor)) {
    throw new ConfigError(`The stack ${stack.stackName} has an ImageResizer already. Give each a stack of its own.`);
  }
}

function checkOriginals({ region: given, kmsKeyArn }: ExistingOriginals, home: string): void {
  const where = given ?? home;
  if (!Token.isUnresolved(where) && RegionInfo.get(where).partition !== 'aws') {
    throw new ConfigError(`originals.region: ${JSON.stringify(where)}, expected a region of AWS, such as eu-west-1`);
  }
  if (!kmsKeyArn || Token.isUnresolved(kmsKeyArn) || Token.isUnresolved(where)) return;
  const keyRegion = kmsKeyArn.split(':')[3]!;
  if (keyRegion !== where) {
    throw new ConfigError(
      `originals.kmsKeyArn: the key is in ${keyRegion}, expected one in ${where}, where the bucket is`,
    );
  }
}
