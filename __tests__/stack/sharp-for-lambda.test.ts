import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copySharpForLambda } from '../../stack/sharp-for-lambda';

const MODULES = join(__dirname, '..', '..', 'node_modules');
const ADDON = '@img/sharp-linux-x64/lib';
const LIBVIPS = '@img/sharp-libvips-linux-x64/lib';

/** What an install without optional dependencies leaves. */
const WITHOUT_OPTIONAL = ['sharp/package.json', 'sharp/lib', 'detect-libc', 'semver', '@img/colour'];
const COMPLETE = [...WITHOUT_OPTIONAL, '@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64'];

const { PATH } = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
  install('node_modules', WITHOUT_OPTIONAL);
});
afterEach(() => {
  process.env['PATH'] = PATH;
  rmSync(folder, { recursive: true });
});

function install(into: string, files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, into, file)), { recursive: true });
    cpSync(join(MODULES, file), join(folder, into, file), { recursive: true });
  }
}

/** A registry that has some of sharp's packages: an `npm` that installs these, and keeps a list of its calls. */
function registryHas(files: string[]): void {
  install('registry/node_modules', files);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const npm = join(folder, 'bin', 'npm');
  writeFileSync(
    npm,
    `#!/bin/sh\necho "$@" >> ${folder}/calls\nwhile [ "$1" != --prefix ]; do shift; done\ncp -r ${folder}/registry/. "$2"\n`,
  );
  chmodSync(npm, 0o755);
  process.env['PATH'] = `${join(folder, 'bin')}:${PATH}`;
}

const build = (from = folder) => copySharpForLambda(join(folder, 'asset'), from, join(folder, '.cache'));

const cached = (): string[] => (existsSync(join(folder, '.cache')) ? readdirSync(join(folder, '.cache')) : []);

const nativeFile = (path: string): string => {
  const name = readdirSync(join(folder, path)).find((each) => /\.node$|^libvips-cpp\.so/.test(each))!;
  return join(folder, path, name);
};

test('what the project lacks is fetched, optional dependencies too, and once', () => {
  registryHas(COMPLETE);
  build();
  expect(readdirSync(join(folder, 'asset', 'node_modules', ADDON))).toContainEqual(expect.stringMatching(/\.node$/));
  expect(readdirSync(join(folder, 'asset', 'node_modules', LIBVIPS))).toContainEqual(expect.stringMatching(/^libvips/));
  expect(cached()).toHaveLength(1);
  registryHas([]);
  rmSync(join(folder, 'registry'), { recursive: true });
  expect(() => build()).not.toThrow();
});

test.each([
  ['the addon', WITHOUT_OPTIONAL, `${ADDON} has no .node file`],
  ['libvips', [...WITHOUT_OPTIONAL, '@img/sharp-linux-x64'], `${LIBVIPS} has no libvips-cpp.so`],
])('a registry without %s fails the build with a sentence, and nothing of it is kept', (_, files, sentence) => {
  registryHas(files);
  expect(() => build()).toThrow(sentence);
  expect(cached()).toEqual([]);
});

test.each([
  ['for another processor', (header: Buffer) => header.writeUInt16LE(183, 18)],
  ['of another system', (header: Buffer) => header.write('\u00cf\u00fa\u00ed\u00fe', 'latin1')],
])('a file %s fails the build', (_, change) => {
  registryHas(COMPLETE);
  const header = Buffer.alloc(64);
  header.write('\u007fELF\u0002\u0001', 'latin1');
  header.writeUInt16LE(62, 18);
  change(header);
  writeFileSync(nativeFile(`registry/node_modules/${LIBVIPS}`), header);
  expect(() => build()).toThrow(/libvips-cpp\.so\S* is no ELF file for x86-64/);
});

test('a broken cache is fetched anew', () => {
  registryHas(COMPLETE);
  build();
  const [name] = cached();
  writeFileSync(nativeFile(`.cache/${name}/node_modules/${ADDON}`), 'cut off');
  expect(() => build()).not.toThrow();
  expect(cached()).toEqual([name]);
  rmSync(join(folder, '.cache', name!, 'node_modules', LIBVIPS), { recursive: true });
  expect(() => build()).not.toThrow();
});

test('npm that fails is a sentence', () => {
  registryHas(COMPLETE);
  writeFileSync(join(folder, 'bin', 'npm'), '#!/bin/sh\nexit 1\n');
  expect(() => build()).toThrow('npm could not fetch sharp');
  expect(cached()).toEqual([]);
});

describe('sharp that is installed is found as Node finds it', () => {
  beforeEach(() => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    registryHas([]);
    rmSync(join(folder, 'bin', 'npm'));
    process.env['PATH'] = join(folder, 'bin');
  });

  const expectComplete = () => {
    const modules = join(folder, 'asset', 'node_modules');
    expect(readdirSync(modules).sort()).toEqual(['@img', 'detect-libc', 'semver', 'sharp']);
    expect(readdirSync(join(modules, '@img')).sort()).toEqual(['colour', 'sharp-libvips-linux-x64', 'sharp-linux-x64']);
    nativeFile(`asset/node_modules/${ADDON}`);
    nativeFile(`asset/node_modules/${LIBVIPS}`);
  };

  test('hoisted to a folder above, as in a workspace', () => {
    install('node_modules', COMPLETE);
    const member = join(folder, 'packages', 'images');
    mkdirSync(member, { recursive: true });
    build(member);
    expectComplete();
  });

  test('nested below the package, with a part of it hoisted', () => {
    const below = 'node_modules/cloudfront-image-resizer';
    install(
      `${below}/node_modules`,
      COMPLETE.filter((file) => file !== 'semver'),
    );
    install('node_modules', ['semver']);
    build(join(folder, below));
    expectComplete();
  });

  test('linked from a store in which each package sees its own dependencies alone', () => {
    const store = 'node_modules/.pnpm/sharp@0/node_modules';
    install(store, COMPLETE);
    const own = join(folder, 'node_modules/.pnpm/cloudfront-image-resizer@0/node_modules');
    mkdirSync(join(own, 'cloudfront-image-resizer'), { recursive: true });
    symlinkSync(join(folder, store, 'sharp'), join(own, 'sharp'));
    build(join(own, 'cloudfront-image-resizer'));
    expectComplete();
  });
});
