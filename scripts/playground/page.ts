import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partOf } from '../../stack/parts';

/** A file of the page. */
interface PageFile {
  contentType: string;
  body: Buffer;
}

export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export const SOURCES = join(__dirname, '..', '..', 'playground');

/** The package contains the bundled script; the repository bundles it when the page is first opened. */
async function scriptOf(built: string | undefined): Promise<Buffer> {
  if (built !== undefined) return readFileSync(join(built, 'main.js'));
  const { bundlePage } = await import('./bundle');
  return Buffer.from(bundlePage(SOURCES));
}

let files: Promise<Map<string, PageFile>> | undefined;

/** The files of the page, by their paths. */
export function pageFiles(): Promise<Map<string, PageFile>> {
  return (files ??= readPage());
}

async function readPage(): Promise<Map<string, PageFile>> {
  const built = partOf('playground');
  const script = await scriptOf(built);
  return new Map(
    Object.entries(CONTENT_TYPES).map(([name, contentType]) => [
      name === 'index.html' ? '/' : `/${name}`,
      { contentType, body: name === 'main.js' ? script : readFileSync(join(built ?? SOURCES, name)) },
    ]),
  );
}
