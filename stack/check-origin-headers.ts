import { Token } from 'aws-cdk-lib';
import { CUSTOM_HEADERS } from '../edge/limits';

/**
 * The custom headers of an origin, unchanged.
 * @throws Error for what CloudFront refuses of them only while deploying; names that CloudFormation makes up are short
 */
export function checkOriginHeaders(headers: Record<string, string>): Record<string, string> {
  const known = Object.entries(headers).filter(([, value]) => !Token.isUnresolved(value));
  const tooLong = known.find(([, value]) => value.length > CUSTOM_HEADERS.valueCharacters);
  if (tooLong) {
    throw new Error(
      `${tooLong[0]} has ${tooLong[1].length} characters; CloudFront allows ${CUSTOM_HEADERS.valueCharacters}.`,
    );
  }
  const total = known.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (total > CUSTOM_HEADERS.totalCharacters) {
    throw new Error(
      `The origin's headers have ${total} characters; CloudFront allows ${CUSTOM_HEADERS.totalCharacters}.`,
    );
  }
  return headers;
}
