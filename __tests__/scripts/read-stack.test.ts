import { Clock } from '../../local/src/clock';
import type { HttpServer } from '../../local/src/http/server';
import { PersistentMap } from '../../local/src/persistent-map';
import { startSsm } from '../../local/src/ssm';
import type { StoredParameter } from '../../local/src/ssm';
import { readStack } from '../../scripts/read-stack';

const NAMES = ['One/Images', 'Two/Shop', 'Two/a/Outlet', 'Own', 'Own/More'];

const environment = process.env;
let ssm: HttpServer;
beforeAll(async () => {
  ssm = await startSsm({
    parameters: NAMES.map((name) => ({
      logicalId: name,
      stack: 'Any',
      region: 'us-east-1',
      name: `/${name}/distribution`,
      arn: `arn:aws:ssm:us-east-1:123456789012:parameter/${name}/distribution`,
      value: JSON.stringify({ id: name }),
    })),
    stored: await PersistentMap.open<StoredParameter>('/dev/null', ({ name }) => name),
    translate: (value) => value,
    identities: undefined,
    account: '123456789012',
    clock: new Clock(),
    log: () => undefined,
  });
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_SSM: ssm.url,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
});
afterAll(async () => {
  process.env = environment;
  await ssm.close();
});

test.each([
  ['its path', 'Two/Shop', 'Two/Shop'],
  ['a longer path', 'Two/a/Outlet', 'Two/a/Outlet'],
  ['the stack, which has no other', 'One', 'One/Images'],
  ['the stack, whose name it has to itself', 'Own', 'Own'],
])('a resizer is found by %s', async (_, name, id) => {
  expect((await readStack(name)).id).toBe(id);
});

test('where a stack has several, they are listed', async () => {
  await expect(readStack('Two')).rejects.toThrow(
    'The stack Two has several resizers. Choose one: --stack Two/Shop, --stack Two/a/Outlet.',
  );
});

test('a stack that there is not is refused', async () => {
  await expect(readStack('Tw')).rejects.toThrow('so there is no stack Tw. Give its name with --stack.');
});
