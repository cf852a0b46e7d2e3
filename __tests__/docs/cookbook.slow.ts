import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import cdkJson from '../../cdk.json';
import { ROOT, blocksIn, pages } from './pages';

const run = promisify(execFile);

// A compiler and a synthesis of all apps, on a busy machine.
jest.setTimeout(180_000);

/** What the text around a fragment says is there. */
const SURROUNDINGS = `
import type * as cdk from 'aws-cdk-lib';
import type { ImageResizer as Resizer, ResizerConfig } from 'cloudfront-image-resizer';
declare global {
  const App: typeof cdk.App;
  const Stack: typeof cdk.Stack;
  const Distribution: typeof cdk.aws_cloudfront.Distribution;
  const ImageResizer: typeof Resizer;
  const app: cdk.App;
  const stack: cdk.Stack;
  const topic: cdk.aws_sns.ITopic;
  const distribution: cdk.aws_cloudfront.Distribution;
  const images: Resizer;
  const config: ResizerConfig;
  const shop: ResizerConfig;
  const outlet: ResizerConfig;
}
`;

/** A page that shows no config has it from another one. */
const CONFIG = `import { defineConfig } from 'cloudfront-image-resizer/config';\nexport default defineConfig({});\n`;

const isApp = (code: string) => code.includes('new App(');

/** A fragment as a module: its imports first, the rest where `this` is a construct. */
const moduleOf = (code: string): string => {
  const lines = code.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [
    `import type { Construct } from 'constructs';`,
    ...lines.filter(isImport),
    'export function fragment(this: Construct) {',
    ...lines.filter((line) => !isImport(line)),
    '}',
  ].join('\n');
};

let folder: string;
const files: string[] = [];
/** Whole apps, by the names of their pages. */
const apps = new Map<string, string>();

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (name.endsWith('.ts')) files.push(file);
  return file;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cookbook-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  write('surroundings.d.ts', SURROUNDINGS);
  for (const page of pages.keys()) write(join(page, 'resizer.config.ts'), CONFIG);
  blocksIn('ts').forEach(([page, { code }], index) => {
    const named = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
    const file = write(
      join(page, named ?? `block-${index}.ts`),
      named !== undefined || isApp(code) ? code : moduleOf(code),
    );
    if (isApp(code)) apps.set(page, file);
  });
  const compilerOptions = {
    noUnusedLocals: false,
    paths: {
      'cloudfront-image-resizer': [join(ROOT, 'stack/index.ts')],
      'cloudfront-image-resizer/config': [join(ROOT, 'edge/config/index.ts')],
      'cloudfront-image-resizer/client': [join(ROOT, 'client/index.ts')],
    },
  };
  const tsconfig = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files: [...new Set(files)] };
  write('tsconfig.json', JSON.stringify(tsconfig));
});
afterAll(() => rmSync(folder, { recursive: true }));

const outputOf = async (file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  run(file, args, { cwd: ROOT, env: { ...process.env, ...env } }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `failed: ${stdout}${stderr}`,
  );

test('what the pages show in TypeScript compiles', async () => {
  expect(files.length).toBeGreaterThan(2 * pages.size);
  expect(await outputOf(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder])).toBe('');
});

describe('whole apps', () => {
  const synthesised = (page: string): Record<string, any> =>
    Object.fromEntries(
      readdirSync(join(folder, 'out', page))
        .filter((name) => name.endsWith('.template.json'))
        .map((name) => [
          name.split('.')[0]!,
          JSON.parse(readFileSync(join(folder, 'out', page, name), 'utf8')) as object,
        ]),
    );
  const resources = (template: any, type: string): any[] =>
    (Object.values(template.Resources) as any[]).filter((each) => each.Type === type).map((each) => each.Properties);

  beforeAll(async () => {
    // One process for all: an app takes its folder from the environment when it is made, and synthesises at the end.
    const lines = [...apps].map(
      ([page, file]) =>
        `process.env.CDK_OUTDIR = ${JSON.stringify(join(folder, 'out', page))}; require(${JSON.stringify(file)});`,
    );
    const runner = write('run.cjs', lines.join('\n'));
    const output = await outputOf(process.execPath, ['--no-warnings', '--import', 'tsx', runner], {
      TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...JSON.parse(process.env['CDK_CONTEXT_JSON']!) }),
    });
    if (output.startsWith('failed')) throw new Error(output);
  });

  test('each synthesises', () => {
    expect([...apps.keys()].sort()).toEqual(['checks', 'github-actions', 'own-app', 'tagging']);
    expect(Object.keys(synthesised('own-app')).sort()).toEqual(['Website', 'Website-Images-eu-west-1']);
    expect(Object.keys(synthesised('checks'))).toEqual(['Website']);
  });

  test('tags are where the page says', () => {
    const { Website: main, 'Website-Images-eu-west-1': regional } = synthesised('tagging');
    const tagsOf = ({ Tags }: any): string[] => Tags.map(({ Key }: any) => Key as string).sort();
    const [distribution] = resources(main, 'AWS::CloudFront::Distribution');
    expect(tagsOf(distribution)).toEqual(['component', 'cost-centre']);
    expect(resources(main, 'AWS::SSM::Parameter')[0].Tags).toEqual({ component: 'images', 'cost-centre': '4711' });
    for (const type of ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup']) {
      for (const each of resources(regional, type)) {
        expect(tagsOf(each)).toContain('cost-centre');
        expect(tagsOf(each)).not.toContain('component');
      }
    }
  });

  test('the workflow assumes the roles that the page makes, with tokens that they take', () => {
    const roles = new Map(
      resources(synthesised('github-actions')['GitHub'], 'AWS::IAM::Role').map((role) => [
        role.RoleName as string,
        role.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals[
          'token.actions.githubusercontent.com:sub'
        ] as string,
      ]),
    );
    const workflow = parseYaml(blocksIn('yaml').find(([page]) => page === 'github-actions')![1].code);
    expect(workflow.permissions['id-token']).toBe('write');
    for (const [name, { environment, steps }] of Object.entries<any>(workflow.jobs)) {
      const assumed = steps.map((step: any) => step.with?.['role-to-assume']).find(Boolean) as string;
      const subject = environment ? `environment:${environment}` : 'pull_request';
      expect([name, roles.get(assumed.split('/')[1]!)]).toEqual([name, `repo:company/website:${subject}`]);
      expect(steps.map((step: any) => step.run).find(Boolean)).toBe('npm ci');
    }
  });
});

test('YAML and JSON parse, and what is in cdk.json is in that of this project, too', () => {
  for (const [, { code }] of blocksIn('yaml')) expect(parseYaml(code)).toBeInstanceOf(Object);
  const settings = blocksIn('json')
    .map(([, { code }]) => JSON.parse(code) as Record<string, unknown>)
    .filter((each) => 'context' in each);
  expect(settings).toHaveLength(2);
  for (const { context } of settings) expect(cdkJson.context).toMatchObject(context as object);
});

test('the page of checks has every finding that the construct explains', () => {
  const idsIn = (text: string) => [...new Set(text.match(/AwsSolutions-[A-Z]+[0-9]+/g))].sort();
  const sources = readdirSync(join(ROOT, 'stack')).map((name) => readFileSync(join(ROOT, 'stack', name), 'utf8'));
  expect(idsIn(readFileSync(join(ROOT, 'docs/cookbook/checks.md'), 'utf8'))).toEqual(idsIn(sources.join('\n')));
});

test('the README names every page, and links between pages lead somewhere', () => {
  const cookbook = join(ROOT, 'docs', 'cookbook');
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const anchorsIn = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
  for (const page of readdirSync(cookbook)) {
    expect(readme).toContain(`(docs/cookbook/${page})`);
    const links = readFileSync(join(cookbook, page), 'utf8').matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g);
    const broken = [...links].filter(([, file, anchor]) => {
      const target = join(cookbook, file || page);
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
    });
    expect(broken.map(([link]) => [page, link])).toEqual([]);
  }
});
