import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../edge/config/schema';
import { smoke as main } from '../../scripts/smoke';
import { DistributionUnderTest } from '../../scripts/smoke/distribution';
import { refusalChecks } from '../../scripts/smoke/refusal-checks';
import { nameSubjects } from '../../scripts/smoke/subjects';
import { type Running, run } from '../local/running';
import { planConfig } from '../planned';
import { execute, start } from './command';

// The promises are tried one after the other, some of them until a change has reached every variant.
jest.setTimeout(300_000);

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

/** `npm run smoke` without a process of its own. */
const smoke = (args: string[]) => execute(main, [...configArgs, ...args], local.environment);

const config = planConfig();
const configArgs = config === undefined ? [] : ['--config', config];

/** How many originals there are. */
const originals = async () =>
  (await local.client.send(new ListObjectsV2Command({ Bucket: local.buckets.originals }))).KeyCount;

test('every promise is kept here, and nothing is left behind', async () => {
  const { code, stdout } = await smoke([local.url, '--bucket', local.buckets.originals]);
  expect(stdout).toContain('21 promises are kept, 0 broken; 4 do not apply.');
  expect(code).toBe(0);
  expect(await originals()).toBe(0);
});

test('a broken promise is reported with what was found, and by the exit code', async () => {
  local.faults.add('s3:PutObject=503,key=*100x100*');
  const { code, stdout } = await smoke([local.url, '--bucket', local.buckets.originals, '--no-overwrite']);
  local.faults.clear();
  expect(stdout).toMatch(/│ NO │ the headers for caches.* cache-control: no-store/);
  expect(stdout).toMatch(/after an overwrite all variants are new .*does not apply/);
  expect(code).toBe(1);
  expect(await originals()).toBe(0);
});

test('a path in ISO-8859-1 may be refused, and may be the key of no original', async () => {
  const [refusals] = refusalChecks;
  const context = (url: string) => ({
    distribution: new DistributionUnderTest(url, 10_000),
    config: parseConfig({}),
    subjects: nameSubjects(),
    originals: { client: local.client, bucket: local.buckets.originals, prefix: '' },
    overwrite: false,
    stopped: new AbortController().signal,
  });
  const converting = await run({ open: { latin1PathsConverted: true } });
  try {
    const answers = await Promise.all([local, converting].map((each) => each.get('/%ff.jpg')));
    expect(answers.map(({ status }) => status)).toEqual([400, 404]);
    await expect(refusals!.run(context(local.url))).resolves.toMatch(/paths$/);
    await expect(refusals!.run(context(converting.url))).resolves.toMatch(/paths$/);
  } finally {
    await converting.close();
  }
});

test('Ctrl-C ends it soon, and nothing is left behind', async () => {
  const running = start('smoke', [local.url, '--bucket', local.buckets.originals], local.environment);
  while ((await originals()) !== 4) await sleep(50);
  running.interrupt();
  const { code, stdout } = await running.finished;
  expect(stdout).toContain('Stopped: ');
  expect(stdout).not.toContain('after a removal');
  expect(code).toBe(130);
  expect(await originals()).toBe(0);
});

describe('bad usage is one sentence, with exit code 2', () => {
  test.each<[string, string[], string]>([
    ['no URL', ['nonsense', '--bucket', 'b'], 'nonsense is not a URL'],
    ['no bucket', ['http://127.0.0.1:1'], "required option '--bucket <name>' not specified"],
    ['nobody there', ['http://127.0.0.1:1', '--bucket', 'b'], 'cannot be reached'],
    ['no config', ['http://127.0.0.1:1', '--bucket', 'b', '--config', '/none.ts'], 'There is no config /none.ts.'],
  ])('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await smoke(args);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('no such bucket', async () => {
    const { code, stderr } = await smoke([local.url, '--bucket', 'none-such']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'The bucket none-such cannot be used: it does not exist.\n' });
  });

  test('no distribution of this project', async () => {
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await smoke([url, '--bucket', local.buckets.originals]);
    other.close();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('is not a distribution of this project'),
    });
  });
});
