import { ConfigError } from '../edge/config/checked';

/**
 * Refuses a name that the stack's own makes too long.
 * @param what such as `bucket`
 * @throws ConfigError
 */
export function checkName(stackName: string, what: string, name: string, service: string, most: number): void {
  if (name.length <= most) return;
  throw new ConfigError(
    `The stack's name ${stackName} makes a ${what}'s name of ${name.length} characters; ${service} allows ${most}. Choose a shorter one.`,
  );
}
