import { benchCommand } from '../../bench/command';
import { cost } from '../../scripts/cost';
import { focus } from '../../scripts/focus';
import { init } from '../../scripts/init';
import { keys } from '../../scripts/keys';
import { logs } from '../../scripts/logs';
import { playground } from '../../scripts/playground';
import { purge } from '../../scripts/purge';
import { smoke } from '../../scripts/smoke';
import { start } from '../../scripts/start';
import { synth } from '../../scripts/synth';
import { warm } from '../../scripts/warm';
import { execute } from './command';

const bench = benchCommand({}, async () => undefined);

test.each(Object.entries({ bench, cost, focus, init, keys, logs, playground, purge, smoke, start, synth, warm }))(
  'the help of %s names no default that says nothing',
  async (_, main) => {
    const { code, stdout } = await execute(main, ['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Options:');
    expect(stdout).not.toMatch(/default: (false|\[\]|\{\})/);
  },
);
