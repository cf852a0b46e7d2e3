import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { join } from 'node:path';
import { evaluate } from '../../local/src/iam/evaluate';
import { type Credentials, issueCredentials } from '../../local/src/iam/identities';
import { parseStatements } from '../../local/src/iam/policy';
import { focus } from '../../scripts/focus';
import { purge } from '../../scripts/purge';
import { purgeOldGenerations } from '../../scripts/purge/old-generations';
import { targetOf } from '../../scripts/purge/places';
import { reconcile } from '../../scripts/purge/reconcile';
import { readStack } from '../../scripts/read-stack';
import { nameSubjects, removeSubjects, uploadSubjects } from '../../scripts/smoke/subjects';
import { warm } from '../../scripts/warm';
import { type Running, photo, run } from '../local/running';
import { execute } from '../scripts/command';
import { ROOT, pages } from './pages';

/** Service Authorization Reference: the actions that each call of the SDK needs. */
const ACTIONS: Readonly<Record<string, string | string[]>> = {
  // Of an object with tags, which are copied too.
  CopyObjectCommand: ['s3:GetObject', 's3:PutObject', 's3:GetObjectTagging', 's3:PutObjectTagging'],
  CreateInvalidationCommand: 'cloudfront:CreateInvalidation',
  DeleteObjectCommand: 's3:DeleteObject',
  DeleteObjectsCommand: 's3:DeleteObject',
  GetObjectCommand: 's3:GetObject',
  GetParameterCommand: 'ssm:GetParameter',
  HeadBucketCommand: 's3:ListBucket',
  HeadObjectCommand: 's3:GetObject',
  PutObjectCommand: 's3:PutObject',
  paginateFilterLogEvents: 'logs:FilterLogEvents',
  paginateGetParametersByPath: 'ssm:GetParametersByPath',
  paginateListObjectsV2: 's3:ListBucket',
};

/** Calls that are made without a signature, to see them refused. */
const UNSIGNED: Readonly<Record<string, string[]>> = { smoke: ['GetObjectCommand'] };

interface PolicyStatement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

const policies = new Map(
  pages
    .get('operators')!
    .filter(({ language }) => language === 'json')
    .map(({ heading, code }) => [heading, (JSON.parse(code) as { Statement: PolicyStatement[] }).Statement]),
);

const actionsOf = (statements: PolicyStatement[]): string[] =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();

/** The SDK's calls that are left of a script when what it does not use is dropped. */
async function callsOf(script: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'scripts', `${script}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const imports = /^import \{([^}]*)\} from "(@aws-sdk\/)?[^"]*";$/gm;
  const { text } = outputFiles[0]!;
  const rest = text.replaceAll(imports, '');
  return [...text.matchAll(imports)]
    .filter(([, , isSdk]) => isSdk)
    .flatMap(([, names]) => names!.split(',').map((each) => each.trim().split(' as ')))
    .filter(([name, local = name]) => /Command$|^paginate/.test(name!) && new RegExp(`\\b${local}\\b`).test(rest))
    .map(([name]) => name!)
    .filter((name) => !UNSIGNED[script]?.includes(name));
}

test.each(['warm', 'purge', 'focus', 'logs', 'smoke'])(
  'the policy of %s has the actions of its calls',
  async (script) => {
    const needed = (await callsOf(script)).flatMap((call) => ACTIONS[call] ?? call);
    expect(needed).not.toEqual([]);
    expect(actionsOf(policies.get(script)!)).toEqual([...new Set(needed)].sort());
  },
);

describe('under its policy', () => {
  let local: Running;
  beforeAll(async () => {
    local = await run();
    await local.put('a.jpg', await photo(120, 90));
    await local.settled();
  });
  afterAll(() => local.close());

  /** The policy of a page, for what runs here. @param without an action that is taken out of it */
  const statementsOf = (script: string, without?: string) => {
    const { deployment, buckets } = local;
    const text = JSON.stringify(policies.get(script))
      .replaceAll('ACCOUNT', deployment.account)
      .replaceAll('ORIGINALS', buckets.originals)
      .replaceAll('VARIANTS', buckets.variants)
      .replaceAll('DISTRIBUTION', deployment.distributions[0]!.id);
    const statements = (JSON.parse(text) as PolicyStatement[])
      .map((each) => ({ ...each, Action: [each.Action].flat().filter((action) => action !== without) }))
      .filter(({ Action }) => Action.length > 0);
    return parseStatements(statements, script);
  };
  const principalFor = (...args: Parameters<typeof statementsOf>) => ({
    kind: 'role' as const,
    arn: `arn:aws:iam::${local.deployment.account}:role/operator`,
    statements: statementsOf(...args),
  });
  const credentialsFor = (...args: Parameters<typeof statementsOf>): Credentials =>
    issueCredentials(local.s3!.identities, principalFor(...args));
  const environmentFor = (...args: Parameters<typeof statementsOf>): Record<string, string> => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentialsFor(...args);
    return {
      ...local.environment,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  };
  const withEnvironment = async <T>(environment: Record<string, string>, work: () => Promise<T>): Promise<T> => {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      return await work();
    } finally {
      process.env = before;
    }
  };

  /** Everything that `purge` does, without its waits. @returns the keys that failed */
  const purgeAll = async (): Promise<number> => {
    const target = await targetOf('ImageResizer');
    const options = { force: true, dryRun: false, wait: async () => undefined, onProgress: () => undefined };
    const { failures } = await reconcile(target, ['a.jpg'], options);
    await purgeOldGenerations(target, { dryRun: false, onProgress: () => undefined });
    return failures.size;
  };

  test('purge does its work', async () => {
    await local.get('/100x100/a.jpg');
    const environment = environmentFor('purge');
    expect(await execute(purge, ['--all', '--dry-run'], environment)).toMatchObject({ code: 0, stderr: '' });
    expect(await withEnvironment(environment, purgeAll)).toBe(0);
    expect(await local.variants()).toEqual([]);
  });

  test.each(['ssm:GetParameter', 's3:ListBucket', 's3:GetObject', 's3:DeleteObject', 'cloudfront:CreateInvalidation'])(
    'purge fails without %s',
    async (action) => {
      await local.get('/100x100/a.jpg');
      const failed = withEnvironment(environmentFor('purge', action), purgeAll).catch(() => 1);
      expect(await failed).toBe(1);
    },
  );

  test('focus sets the focal point of an original', async () => {
    expect(await execute(focus, ['a.jpg', '0.1,0.2'], environmentFor('focus'))).toMatchObject({ code: 0, stderr: '' });
    expect(await execute(focus, ['a.jpg', '--show'], environmentFor('focus'))).toMatchObject({ stdout: '0.1,0.2\n' });
  });

  test.each(['ssm:GetParameter', 's3:GetObject', 's3:PutObject'])('focus fails without %s', async (action) => {
    const { code } = await execute(focus, ['a.jpg', '0.3,0.4'], environmentFor('focus', action));
    expect(code).not.toBe(0);
  });

  test('warm lists the originals', async () => {
    const args = [local.url, '--keys', `s3://${local.buckets.originals}/`, '--sizes', '100x100', '--dry-run'];
    expect(await execute(warm, args, environmentFor('warm'))).toMatchObject({ code: 0 });
  });

  test('smoke uploads and removes its originals, and nobody else’s', async () => {
    const { originals: bucket } = local.buckets;
    const client = new S3Client({
      endpoint: local.s3!.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: credentialsFor('smoke'),
    });
    const subjects = nameSubjects();
    const originals = { client, bucket, prefix: '' };
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    await uploadSubjects(originals, subjects);
    await removeSubjects(originals, subjects);
    await expect(removeSubjects(originals, { ...subjects, photo: 'a.jpg' })).rejects.toThrow('is left behind');
    client.destroy();
  });

  test('logs finds the log groups, and may read each', async () => {
    const { id, logs } = await withEnvironment(environmentFor('logs'), () => readStack('ImageResizer'));
    const groups = [logs.renders, logs.refresh, logs.newGeneration!];
    for (const name of [...groups.map((group) => group.name), `/aws/cloudfront/LambdaEdge/${id}`]) {
      const resource = `arn:aws:logs:us-east-1:${local.deployment.account}:log-group:${name}:*`;
      const request = { principal: principalFor('logs'), action: 'logs:FilterLogEvents', resource };
      expect([name, evaluate(request, []).allowed]).toEqual([name, true]);
    }
  });

  test('the resizers of a stack may be listed', () => {
    const resource = `arn:aws:ssm:us-east-1:${local.deployment.account}:parameter/ImageResizer`;
    const request = { principal: principalFor('purge'), action: 'ssm:GetParametersByPath', resource };
    expect(evaluate(request, []).allowed).toBe(true);
  });
});
