import { createHash } from 'node:crypto';

/** The local account. */
export const ACCOUNT = '123456789012';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Physical names, for resources without a name in the template. They depend only on stack and logical id, so that data
 * of an earlier run is found again.
 */
export const generated = {
  /** `Stack-LogicalId-hash`, cut to `length` characters. */
  name(stack: string, logicalId: string, length = 64): string {
    const suffix = digest(`${stack}/${logicalId}`).slice(0, 12).toUpperCase();
    return `${`${stack}-${logicalId}`.slice(0, length - suffix.length - 1)}-${suffix}`;
  },
  /** 3 to 63 characters of `a-z 0-9 -`. */
  bucketName(stack: string, logicalId: string): string {
    return generated
      .name(stack, logicalId, 63)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '');
  },
  /** `E` and 13 capitals and digits, like a distribution's. */
  id(stack: string, logicalId: string): string {
    const text = BigInt(`0x${digest(`${stack}/${logicalId}`)}`).toString(36);
    return `E${text.slice(0, 13).toUpperCase()}`;
  },
  uuid(stack: string, logicalId: string): string {
    return digest(`${stack}/${logicalId}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  },
};
