import { createHash } from 'node:crypto';

/** The account that everything here is deployed to. */
export const ACCOUNT = '123456789012';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Names that CloudFormation would make up. They depend on stack and logical id alone, so that data kept between runs is
 * found again.
 */
export const madeUp = {
  /** At most `length` characters of `Stack-LogicalId-hash`. */
  name(stack: string, logicalId: string, length = 64): string {
    const suffix = digest(`${stack}/${logicalId}`).slice(0, 12).toUpperCase();
    return `${`${stack}-${logicalId}`.slice(0, length - suffix.length - 1)}-${suffix}`;
  },
  /** S3: 3 to 63 of `a-z 0-9 -`. */
  bucketName(stack: string, logicalId: string): string {
    return madeUp
      .name(stack, logicalId, 63)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '');
  },
  /** Like a distribution's: `E` and 13 capitals and digits. */
  id(stack: string, logicalId: string): string {
    const text = BigInt(`0x${digest(`${stack}/${logicalId}`)}`).toString(36);
    return `E${text.slice(0, 13).toUpperCase()}`;
  },
  uuid(stack: string, logicalId: string): string {
    return digest(`${stack}/${logicalId}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  },
};
