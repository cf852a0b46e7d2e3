/** Settings that do not go together. The schema checks each setting by itself. */
import { MODERN_FORMATS, type ModernFormat, oneOf } from '../variant';
import { eagerNames, isEager } from './eager';
import { lowestPlanWith, planHas } from './features';
import type { PresetConfig } from './preset-schema';
import { privateFaults } from './private';
import { type StackConfig, ignoredWithBase } from './stack-schema';

interface Config {
  base?: string | undefined;
  sizes: string[];
  presets: Record<string, PresetConfig>;
  maxDpr: number;
  formats: ModernFormat[];
  snap: boolean;
  signed: boolean | object;
  private?: Parameters<typeof privateFaults>[0]['private'];
  eager: string[];
  fallback?: string | undefined;
  stack: StackConfig;
}

/** All conflicts: for each the field that has to change, and what is expected of it. */
export function* conflictsIn(config: Config): Generator<[path: (string | number)[], message: string]> {
  for (const name of config.base === undefined ? [] : ignoredWithBase(config.stack)) {
    yield [
      ['stack', name],
      'expected it only without base: it is a setting of the distribution, which has others than images',
    ];
  }
  yield* privateFaults(config);
  const { plan } = config.stack;
  if (config.signed && !planHas(plan, 'keyValueStore')) {
    const lowest = lowestPlanWith('keyValueStore');
    yield [
      ['signed'],
      `expected it only without a plan or from the plan ${lowest} on: ${plan} has no KeyValueStore, where the keys are`,
    ];
  }
  if (config.snap && !config.sizes.includes('full')) {
    yield [['snap'], 'expected `full` in `sizes`, which comes where no size of a shape is listed'];
  }
  for (const [name, { format }] of Object.entries(config.presets)) {
    const modern = oneOf(MODERN_FORMATS, format);
    if (!modern || config.formats.includes(modern)) continue;
    const usable = [...config.formats, 'jpeg', 'png', 'gif'].join(', ');
    yield [['presets', name, 'format'], `expected one of ${usable}: formats has no ${modern}`];
  }
  for (const [index, name] of config.eager.entries()) {
    if (!isEager(name, config)) yield [['eager', index], `expected one of ${eagerNames(config)}`];
  }
}
