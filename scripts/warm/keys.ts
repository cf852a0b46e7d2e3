import { createReadStream } from 'node:fs';
import { Readable, addAbortSignal } from 'node:stream';
import { UsageError } from '../usage';
import type { DigestSet } from './digest-set';
import type { ImageUrls } from './image-urls';
import { imagesOf } from './page';
import type { Pages } from './pages';
import type { Unusable } from './run';
import { listKeys, s3PlaceOf } from './s3-place';
import { entriesOf } from './sitemap';
import { MAX_LINE_CHARACTERS, linesOf, openText } from './text';
import { whyOf } from '../why';

export interface KeyContext {
  images: ImageUrls;
  pages: Pages;
  /** URLs of pages and sitemaps that have been read, since some refer to themselves. */
  visited: DigestSet;
  /** Prefix of the originals in their bucket, which URLs do not have. */
  prefix: string;
  /** Base of relative URLs in a page from a file. */
  url: string;
  /** Aborts when no more keys are needed, even if the input goes on. */
  stopped: AbortSignal;
  stdin: Readable;
  /** Called for one page or sitemap of several that cannot be read. */
  warn: (message: string) => void;
}

type Keys = AsyncGenerator<string | Unusable>;

/** Levels of nested sitemaps; the protocol allows one. */
const MAX_DEPTH = 3;

/** Whether the keys can be read twice, to count them beside the run. */
export const isCountable = (where: string): boolean => where !== '-' && !isUrl(where);

export const isUrl = (where: string): boolean => /^https?:\/\//.test(where);

/** The name at the beginning of a sentence. */
export const nameOf = (where: string): string => (where === '-' ? 'Standard input' : where);

async function open(where: string, { stopped, pages, stdin }: KeyContext): Promise<Readable | 'image'> {
  if (isUrl(where)) return pages.read(new URL(where), stopped);
  return addAbortSignal(stopped, where === '-' ? stdin : createReadStream(where));
}

/** The kind of a text, by its beginning. Keys may have any name, so pages and sitemaps have to look like ones. */
function formOf(head: string): 'sitemap' | 'page' | 'keys' {
  const start = head.replace(/^\uFEFF/, '').trimStart();
  if (/^(<\?xml|<!--).*?<([\w-]+:)?(urlset|sitemapindex)\b/s.test(start)) return 'sitemap';
  if (/^<([\w-]+:)?(urlset|sitemapindex)\b/.test(start)) return 'sitemap';
  return /^<(!doctype html|!--|\?xml|[a-z][a-z0-9]*[\s>])/i.test(start) ? 'page' : 'keys';
}

async function* keysOfUrls(urls: AsyncIterable<string>, base: string, { images }: KeyContext): AsyncGenerator<string> {
  for await (const url of urls) {
    const key = images.keyOf(url, base);
    if (key !== undefined) yield key;
  }
}

function* keyOfImage(url: string, { images, url: base }: KeyContext): Generator<string> {
  const key = images.keyOf(url, base);
  if (key !== undefined) yield key;
}

async function* keysOfSitemap(xml: Readable, context: KeyContext, depth: number): Keys {
  for await (const { kind, url } of entriesOf(xml)) {
    if (kind === 'image' || (kind === 'page' && URL.canParse(url) && context.images.isImage(new URL(url)))) {
      yield* keyOfImage(url, context);
    } else if (isUrl(url) && URL.canParse(url) && depth < MAX_DEPTH && context.pages.isReadable(new URL(url))) {
      yield* keysOfText(url, context, depth + 1);
    }
  }
}

/** Why a line is not a key. */
function faultOf(line: string): string | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return 'TOO_LONG';
  // The replacement character for bytes that are not UTF-8.
  return line.includes('\uFFFD') ? 'NO_UTF8' : undefined;
}

async function* keysOfLines(text: Readable, where: string): Keys {
  let number = 0;
  for await (const line of linesOf(text)) {
    number += 1;
    if (line.trim() === '') continue;
    const reason = faultOf(line);
    if (reason) {
      yield { what: `${nameOf(where)}, line ${number}`, status: 400, reason };
    } else {
      // As keys, all of them would be missing.
      if (/^\s*(https?|s3):\/\//i.test(line)) throw new Error(`line ${number} is a URL, not a key: ${line.trim()}`);
      yield line;
    }
  }
}

async function* keysOfText(where: string, context: KeyContext, depth: number): Keys {
  if (context.visited.has(where)) return;
  context.visited.add(where);
  try {
    const source = await open(where, context);
    if (source === 'image') {
      yield* keyOfImage(where, context);
      return;
    }
    const [head, text] = await openText(source);
    const form = formOf(head);
    const base = isUrl(where) ? where : context.url;
    if (form === 'sitemap') yield* keysOfSitemap(text, context, depth);
    else if (form === 'page' || depth > 0) yield* keysOfUrls(imagesOf(text, base), base, context);
    else if (head.includes('\0')) throw new Error('it is not text');
    else yield* keysOfLines(text, where);
  } catch (error) {
    if (context.stopped.aborted) return;
    const message = `${nameOf(where)} cannot be read: ${whyOf(error)}.`;
    if (depth === 0) throw new UsageError(message);
    context.warn(message);
    yield { what: where, status: 0, reason: 'UNREADABLE' };
  }
}

async function* keysOfBucket(place: NonNullable<ReturnType<typeof s3PlaceOf>>, prefix: string) {
  for await (const key of listKeys(place)) yield key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

/**
 * Keys of originals, as in URLs, and unusable entries: from `s3://bucket/prefix`, from a file or URL (keys line by line, a
 * sitemap, or a page; gzipped or not), or from standard input (`-`).
 * @throws UsageError if it cannot be read
 */
export function keysFrom(where: string, context: KeyContext): Keys {
  const place = s3PlaceOf(where);
  return place ? keysOfBucket(place, context.prefix) : keysOfText(where, context, 0);
}
