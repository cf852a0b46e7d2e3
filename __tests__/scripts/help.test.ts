import { cost } from '../../scripts/cost';
import { init } from '../../scripts/init';
import { logs } from '../../scripts/logs';
import { purge } from '../../scripts/purge';
import { smoke } from '../../scripts/smoke';
import { start } from '../../scripts/start';
import { warm } from '../../scripts/warm';
import { execute } from './command';

test.each(Object.entries({ cost, init, logs, purge, smoke, start, warm }))(
  'the help of %s names no default that says nothing',
  async (_, main) => {
    const { code, stdout } = await execute(main, ['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Options:');
    expect(stdout).not.toMatch(/default: (false|\[\]|\{\})/);
  },
);
