import { Stack, type aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import { type Config, type ResizerConfig, parseConfig } from '../edge/config/schema';
import { STACK_DEFAULTS } from '../edge/config/stack-schema';
import type { Domains } from './domains';

export interface ImageResizerProps {
  /** The settings, as in `resizer.config.ts`; each that is left out has its default. */
  config?: ResizerConfig;
  /** The section `stack` of the config, for a config that browsers import, too. Each setting stands in one of the two. */
  stack?: ResizerConfig['stack'];
  /** Domain names, with constructs of the app instead of the ids in `config.stack.domains`. */
  domains?: Domains;
  /** Existing topics that alarms notify, beside `stack.alarmEmail`: one in each region that has alarms. */
  alarmTopic?: sns.ITopic | sns.ITopic[];
}

/**
 * The config of a resizer, from its props.
 * @throws ConfigError for settings that are wrong, in two places, or without effect
 */
export function readProps(resizer: Construct, { config = {}, stack, domains }: ImageResizerProps): Config {
  const isObject = typeof config === 'object' && config !== null;
  const twice =
    isObject && stack ? Object.keys(stack).find((key) => Object.hasOwn(config.stack ?? {}, key)) : undefined;
  if (twice) throw new ConfigError(`stack.${twice} is in both the config and the prop stack. Keep one of them.`);
  const parsed = parseConfig(isObject && stack ? { ...config, stack: { ...config.stack, ...stack } } : config);
  const { stackName } = Stack.of(resizer);
  const { name } = parsed.stack;
  // The default is what a config says that was read from a file.
  if (name !== STACK_DEFAULTS.name && name !== stackName) {
    throw new ConfigError(`stack.name: "${name}" has no effect: the stack of this ImageResizer is ${stackName}.`);
  }
  if (domains && parsed.base !== undefined) {
    throw new ConfigError("Domains are the distribution's: with base, give them to the distribution instead.");
  }
  return parsed;
}
