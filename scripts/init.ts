/** `init`: writes a config and a CDK app into a new or existing folder. Existing files are not changed. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { name as localPackage, version as localVersion } from '../local/package.json';
import { context } from '../cdk.json';
import { devDependencies, name, version } from '../package.json';
import { type Main, commandLine } from './command-line';
import { UsageError } from './usage';

/** The versions that this package is built and tested with. */
const DEV_DEPENDENCIES = {
  'aws-cdk': devDependencies['aws-cdk'],
  'aws-cdk-lib': devDependencies['aws-cdk-lib'],
  [localPackage]: localVersion,
  constructs: devDependencies.constructs,
  tsx: devDependencies.tsx,
};

const CONFIG = `import { defineConfig } from '${name}/config';

/** What is left out has a default. A changed setting takes effect with the next deploy. */
export default defineConfig({
  sizes: ['300x300', '320w', '640w', '1280w', '1920w', 'full'],
});
`;

const APP = `import { App, Stack } from 'aws-cdk-lib';
import { ImageResizer } from '${name}';
import config from './resizer.config';

const app = new App();
const stack = new Stack(app, 'Images', { env: { region: 'us-east-1' } });
new ImageResizer(stack, 'Resizer', { config });
`;

/** With all recommended feature flags, as `cdk init` writes it. */
const CDK = { app: 'npx tsx images.ts', context };

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** A valid npm package name, made from the name of a folder. */
const packageName = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'images';

interface StartingFile {
  name: string;
  text: string;
  /** What to do by hand if the file exists, if anything. */
  advice: (existing: string) => string | undefined;
}

const filesFor = (folder: string): StartingFile[] => [
  { name: 'resizer.config.ts', text: CONFIG, advice: () => undefined },
  {
    name: 'images.ts',
    text: APP,
    advice: () => `add to your app: new ImageResizer(stack, 'Resizer', { config })`,
  },
  {
    name: 'cdk.json',
    text: json(CDK),
    advice: () => `to deploy this app beside your own: npx cdk deploy --app '${CDK.app}'`,
  },
  {
    name: 'package.json',
    text: json({
      name: packageName(folder),
      private: true,
      dependencies: { [name]: version },
      devDependencies: DEV_DEPENDENCIES,
    }),
    advice: missingDependencies,
  },
];

/** The command that adds what a manifest lacks. */
function missingDependencies(manifest: string): string | undefined {
  let known: Record<string, unknown>;
  try {
    const { dependencies, devDependencies: forDevelopment } = JSON.parse(manifest) as Record<string, object>;
    known = { ...dependencies, ...forDevelopment };
  } catch {
    return 'it is not JSON: fix it and run this command again';
  }
  const versions = Object.entries({ [name]: version, ...DEV_DEPENDENCIES });
  const missing = versions.filter(([each]) => !Object.hasOwn(known, each)).map((each) => each.join('@'));
  return missing.length > 0 ? `npm install --save-exact ${missing.join(' ')}` : undefined;
}

export const init: Main = async (args, terminal) => {
  const command = commandLine('init', terminal)
    .description('Writes a config and a CDK app into a folder. Existing files are left alone.')
    .argument('[folder]', 'new or existing', '.')
    .parse(args, { from: 'user' });
  const folder = resolve(command.args[0] ?? '.');
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new UsageError(`${folder} is not a folder.`);
  mkdirSync(folder, { recursive: true });
  for (const file of filesFor(folder)) {
    const path = join(folder, file.name);
    try {
      // Fails if the file exists, even as a broken link.
      writeFileSync(path, file.text, { flag: 'wx' });
      terminal.print(`wrote       ${file.name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const advice = file.advice(existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : '');
      terminal.print(`left alone  ${file.name}${advice ? `; ${advice}` : ''}`);
    }
  }
  terminal.printLines(
    [
      '',
      'Next:',
      ...(folder === process.cwd() ? [] : [`  cd ${folder}`]),
      '  npm install',
      `  npx ${name} start`,
      '  npx cdk deploy',
    ].join('\n'),
  );
};
