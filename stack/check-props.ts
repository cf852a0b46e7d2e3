import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LAMBDA_EDGE, WAF } from '../edge/limits';
import { checkDomains } from './domains';
import type { ImageResizerProps } from './image-resizer';

/**
 * Refuses what AWS would refuse only while deploying.
 * @throws Error with a sentence that says what to do
 */
export function checkProps(scope: Construct, props: ImageResizerProps): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || region !== LAMBDA_EDGE.region) {
    const said = Token.isUnresolved(region) ? 'has no region' : `is in ${region}`;
    throw new Error(
      `The stack of an ImageResizer ${said}; CloudFront takes functions from ${LAMBDA_EDGE.region} alone. Give the stack env: { region: '${LAMBDA_EDGE.region}' }, and the resizer another region for its buckets.`,
    );
  }
  const { domains, webAclArn, rateLimit } = props;
  if (domains) checkDomains(domains);
  if (webAclArn !== undefined && rateLimit !== undefined) {
    throw new Error('Give rateLimit or webAclArn: a rate-based rule goes into a web ACL of your own.');
  }
  if (rateLimit !== undefined && !(rateLimit >= WAF.minRateLimit && rateLimit <= WAF.maxRateLimit)) {
    throw new Error(
      `rateLimit is ${rateLimit}; WAF allows ${WAF.minRateLimit} to ${WAF.maxRateLimit} in five minutes.`,
    );
  }
}
