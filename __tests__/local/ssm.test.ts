import { GetParameterCommand, GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Clock } from '../../local/src/clock';
import type { HttpServer } from '../../local/src/http/server';
import { parseStatements } from '../../local/src/iam/policy';
import { type Identities, issueCredentials } from '../../local/src/iam/identities';
import { startSsm } from '../../local/src/ssm';

const NAME = '/Images/distribution';
const arnOf = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter${name}`;

let ssm: HttpServer;
let client: SSMClient;
const logged: string[] = [];
beforeAll(async () => {
  const identities: Identities = new Map();
  ssm = await startSsm({
    parameters: [NAME, '/Images/products/distribution', '/Others/secret'].map((name) => ({
      logicalId: name,
      stack: 'Images',
      region: 'us-east-1',
      name,
      arn: arnOf(name),
      value: 'https://d1.cloudfront.net',
    })),
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
});

const value = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter?.Value;

test('a parameter is read by name or ARN, with what stands for the distribution here', async () => {
  expect(await value(NAME)).toBe('http://localhost:8080');
  expect(await value(arnOf(NAME))).toBe('http://localhost:8080');
});

test('those below a path are read with what is below them, or without, and only where the role may', async () => {
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

test('a signature of nobody is refused', async () => {
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

test('what is not modelled says so', async () => {
  await expect(client.send(new PutParameterCommand({ Name: NAME, Value: 'x' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
  });
});
