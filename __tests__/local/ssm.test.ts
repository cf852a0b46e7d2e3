import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../local/src/clock';
import type { HttpServer } from '../../local/src/http/server';
import { parseStatements } from '../../local/src/iam/policy';
import { type Identities, issueCredentials } from '../../local/src/iam/identities';
import { PersistentMap } from '../../local/src/persistent-map';
import { startSsm } from '../../local/src/ssm';
import type { StoredParameter } from '../../local/src/ssm';

const NAME = '/Images/distribution';
const arnOf = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter${name}`;

const SECRET = '/Images/secret';

const folder = mkdtempSync(join(tmpdir(), 'ssm-'));
const open = () => PersistentMap.open<StoredParameter>(join(folder, 'parameters.jsonl'), ({ name }) => name);
let stored: PersistentMap<StoredParameter>;
let ssm: HttpServer;
let client: SSMClient;
const logged: string[] = [];
beforeAll(async () => {
  const identities: Identities = new Map();
  stored = await open();
  ssm = await startSsm({
    parameters: [NAME, '/Images/products/distribution', '/Others/secret'].map((name) => ({
      logicalId: name,
      stack: 'Images',
      region: 'us-east-1',
      name,
      arn: arnOf(name),
      value: 'https://d1.cloudfront.net',
    })),
    stored,
    translate: (value) => value.replace('https://d1.cloudfront.net', 'http://localhost:8080'),
    identities,
    account: '123456789012',
    clock: new Clock(),
    log: (line) => logged.push(line),
  });
  const statements = parseStatements(
    [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: arnOf(NAME) },
      { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: arnOf('/Images') },
      { Effect: 'Allow', Action: ['ssm:PutParameter', 'ssm:GetParameter'], Resource: arnOf(SECRET) },
      { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: arnOf(NAME) },
    ],
    'role',
  );
  const credentials = issueCredentials(identities, {
    kind: 'role',
    arn: 'arn:aws:iam::123456789012:role/r',
    statements,
  });
  client = new SSMClient({ endpoint: ssm.url, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await ssm.close();
  stored.close();
  rmSync(folder, { recursive: true });
});

const value = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter?.Value;

test('a parameter is read by name or ARN, with the local URL of the distribution', async () => {
  expect(await value(NAME)).toBe('http://localhost:8080');
  expect(await value(arnOf(NAME))).toBe('http://localhost:8080');
});

test("parameters below a path are read, recursively or not, with the role's permission", async () => {
  const below = async (Path: string, Recursive?: boolean) =>
    (await client.send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters!.map(
      ({ Name, Value }) => `${Name} ${Value}`,
    );
  expect(await below('/Images')).toEqual([`${NAME} http://localhost:8080`]);
  expect(await below('/Images', true)).toEqual([
    `${NAME} http://localhost:8080`,
    '/Images/products/distribution http://localhost:8080',
  ]);
  await expect(below('/Others', true)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test.each([
  ['one that the role may not read', '/Others/secret', 'AccessDeniedException'],
  ['one that there is not', '/Images/nothing', 'ParameterNotFound'],
])('%s is refused, and logged', async (_, name, code) => {
  await expect(value(name)).rejects.toMatchObject({ name: code });
  expect(logged.at(-1)).toContain(`ssm: ${code}`);
});

test('an unknown access key is refused', async () => {
  const stranger = new SSMClient({
    endpoint: ssm.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'none' },
  });
  await expect(stranger.send(new GetParameterCommand({ Name: NAME }))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
  stranger.destroy();
});

test('an operation that is not modelled is refused', async () => {
  for (const command of [
    new PutParameterCommand({ Name: NAME, Value: 'x', Overwrite: true }),
    new DeleteParameterCommand({ Name: NAME }),
  ]) {
    await expect(client.send(command as PutParameterCommand)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  }
});

test('a SecureString is put, decrypted, overwritten on request, and survives a restart', async () => {
  const put = (Value: string, more: object = {}) =>
    client.send(new PutParameterCommand({ Name: SECRET, Value, ...more }));
  await expect(put('one')).rejects.toMatchObject({ name: 'ValidationException' });
  expect((await put('one', { Type: 'SecureString' })).Version).toBe(1);
  await expect(put('two', { Type: 'SecureString' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  await expect(put('x'.repeat(4_097), { Overwrite: true })).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await value(SECRET)).not.toContain('one');
  expect((await put('two', { Overwrite: true })).Version).toBe(2);
  const { Parameter } = await client.send(new GetParameterCommand({ Name: arnOf(SECRET), WithDecryption: true }));
  expect(Parameter).toMatchObject({ Name: SECRET, Type: 'SecureString', Value: 'two', Version: 2 });
  expect(logged.join()).not.toMatch(/one|two/);
  const again = await open();
  expect(again.get(SECRET)?.value).toBe('two');
  again.close();
  await expect(
    client.send(new PutParameterCommand({ Name: '/Others/secret2', Value: 'x', Type: 'String' })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
