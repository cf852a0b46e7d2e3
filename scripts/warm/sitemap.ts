import { SaxesParser } from 'saxes';
import type { Readable } from 'node:stream';
import { UsageError } from '../usage';

/** An entry of a sitemap: an image, a page that may show some, or a further sitemap. */
interface SitemapEntry {
  kind: 'image' | 'page' | 'sitemap';
  url: string;
}

/** The elements around a URL, without namespace prefixes. */
const KINDS: Record<string, SitemapEntry['kind']> = {
  'image/loc': 'image',
  'url/loc': 'page',
  'sitemap/loc': 'sitemap',
};

/** The entries of a sitemap or of an index of sitemaps. @throws UsageError unless it is XML */
export async function* entriesOf(xml: Readable): AsyncGenerator<SitemapEntry> {
  const parser = new SaxesParser();
  const open: string[] = [];
  let text = '';
  let found: SitemapEntry[] = [];
  parser.on('opentag', ({ name }) => {
    // Namespace prefixes differ between sites.
    open.push(name.replace(/^.*:/, ''));
    text = '';
  });
  parser.on('text', (more) => (text += more));
  parser.on('cdata', (more) => (text += more));
  parser.on('closetag', () => {
    const kind = KINDS[open.slice(-2).join('/')];
    if (kind) found.push({ kind, url: text.trim() });
    open.pop();
    text = '';
  });
  parser.on('error', (error) => {
    throw new UsageError(`it is not XML: ${error.message.replace(/^(\d+):\d+: /, 'line $1: ')}.`);
  });
  xml.setEncoding('utf8');
  for await (const chunk of xml as AsyncIterable<string>) {
    parser.write(chunk);
    yield* found;
    found = [];
  }
  parser.close();
}
