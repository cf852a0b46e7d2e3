import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResizerConfig, parseConfig } from '../../../edge/config/schema';
import { type Running, photo, run } from '../../local/running';
import { mentions, only, synthesised, synthesiseIn } from '../../stack/synthesised';

const PARAMETER = '/images/members-key';

const folder = mkdtempSync(join(tmpdir(), 'eager-members-'));
const keys = [0, 1].map((index) => {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const file = join(folder, `${index}.pem`);
  writeFileSync(file, pair.publicKey);
  return { ...pair, file };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (more: object = {}): ResizerConfig => ({
  eager: ['thumb', 'info'],
  private: { publicKeys: keys.map(({ file }) => file), eagerKey: { parameter: PARAMETER }, ...more },
});

/** The lines of the code that a user writes into a shell, as the SDK does them. */
async function putKey(local: Running, value: string): Promise<void> {
  const client = new SSMClient({
    region: 'us-east-1',
    endpoint: local.environment['AWS_ENDPOINT_URL_SSM']!,
    credentials: {
      accessKeyId: local.environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: local.environment['AWS_SECRET_ACCESS_KEY']!,
      sessionToken: local.environment['AWS_SESSION_TOKEN']!,
    },
  });
  await client.send(new PutParameterCommand({ Name: PARAMETER, Value: value, Type: 'SecureString', Overwrite: true }));
  client.destroy();
}

const storedOf = (local: Running, key: string) => [
  ...['auto', 'auto.avif', 'auto.webp'].map((target) => `${local.generation}/${key}/200x200-cover-focus.${target}`),
  `${local.generation}/${key}/info.json`,
];

const failuresIn = (local: Running) => local.logged.filter((line) => line.includes('"failed"')).join('\n');

describe('all of a distribution is private', () => {
  let local: Running;
  beforeAll(async () => {
    local = await run({ cdkOut: synthesiseIn(folder, configOf(), 'whole') });
  });
  afterAll(() => local?.close());

  test('without the key that is named, nothing is made, and the log says why', async () => {
    await local.put('a.jpg', await photo(400, 300));
    await local.settle();
    expect(await local.variants()).toEqual([]);
    expect(failuresIn(local)).toContain(
      `The parameter ${PARAMETER} with the key for eager sizes cannot be read: ParameterNotFound.`,
    );
  });

  test.each([
    ['no key', 'nonsense', `The parameter ${PARAMETER} holds no private key in PEM.`],
    [
      'the key of somebody else',
      generateKeyPairSync('rsa', { modulusLength: 2_048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      `The key in the parameter ${PARAMETER} belongs to none of private.publicKeys.`,
    ],
  ])('%s in it is told in a sentence', async (_, value, sentence) => {
    await putKey(local, value);
    await local.put('b.jpg', await photo(400, 300));
    await local.settle();
    expect(failuresIn(local)).toContain(sentence);
    expect(local.logged.join('\n')).not.toContain(value);
    expect(await local.variants()).toEqual([]);
  });

  test('with it, eager sizes are made, whichever public key it belongs to', async () => {
    await putKey(local, keys[1]!.privateKey);
    await local.put('c.jpg', await photo(400, 300));
    await local.settle();
    expect(await local.variants()).toEqual(expect.arrayContaining(storedOf(local, 'c.jpg')));
    expect(local.logged.join('\n')).not.toMatch(/PRIVATE KEY|CloudFront-Signature/);
    expect((await local.get('/thumb/c.jpg')).status).toBe(403);
  });
});

test('with private folders, eager sizes of what is in them are made, too', async () => {
  const local = await run({ cdkOut: synthesiseIn(folder, configOf({ paths: ['members'] }), 'folders') });
  await putKey(local, keys[0]!.privateKey);
  await local.put('a.jpg', await photo(400, 300));
  await local.put('members/a.jpg', await photo(400, 300));
  await local.settle();
  expect(await local.variants()).toEqual([...storedOf(local, 'a.jpg'), ...storedOf(local, 'members/a.jpg')].sort());
  await local.close();
});

test('the function may read that parameter alone, and no key is in the template', () => {
  const template = synthesised(configOf())['ImageResizer']!;
  const statements = Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: string; Resource: object[] }[])
    .filter(({ Action }) => JSON.stringify(Action).includes('ssm:'));
  const resources = statements.flatMap(({ Resource }) => Resource).map((each) => JSON.stringify(each));
  expect(resources).toHaveLength(2);
  expect(resources.filter((each) => each.endsWith(`:parameter${PARAMETER}"]]}`))).toHaveLength(1);
  expect(resources.join()).not.toContain('*');
  expect(mentions(template, 'PRIVATE KEY')).toBe(false);
  const parameter = JSON.stringify(only(template, 'AWS::SSM::Parameter'));
  expect(parameter.match(/fingerprint/g)).toHaveLength(2);
});

test('without eager sizes, it may not read it', () => {
  const template = synthesised({ ...configOf(), eager: [] })['ImageResizer']!;
  expect(mentions(template, PARAMETER)).toBe(false);
  expect(JSON.stringify(only(template, 'AWS::SSM::Parameter'))).not.toContain('fingerprint');
});

test.each<[ResizerConfig['private'], string]>([
  [
    { keyGroups: ['g'], eagerKey: { parameter: PARAMETER } },
    'private.eagerKey.keyPairId: missing, expected it with keyGroups',
  ],
  [
    { publicKeys: [keys[0]!.file], eagerKey: { parameter: PARAMETER, keyPairId: 'K1' } },
    'private.eagerKey.keyPairId: "K1", expected it with keyGroups, and with them alone',
  ],
  [{ keyGroups: ['g'], eagerKey: { parameter: 'key', keyPairId: 'K1' } }, 'expected the name of a parameter such as'],
])('%j is refused', (members, sentence) => {
  expect(() => parseConfig({ private: members, eager: ['thumb'] })).toThrow(sentence);
});
