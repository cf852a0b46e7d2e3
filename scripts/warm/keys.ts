import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { TIMEOUT_MS, UsageError } from '../usage';
import type { ImageUrls } from './image-urls';
import { imagesOf } from './page';
import { listKeys, s3PlaceOf } from './s3-place';
import { entriesOf } from './sitemap';
import { linesOf, openText } from './text';

/** What keys are read with. */
export interface KeyContext {
  images: ImageUrls;
  /** Where originals are in their bucket: no part of their keys in URLs. */
  prefix: string;
  /** What relative URLs of a page in a file are relative to. */
  url: string;
  /** Aborts when no more keys are wanted, even from an input that goes on. */
  stopped: AbortSignal;
}

/** Sitemaps that name sitemaps; the protocol allows one level. */
const MAX_DEPTH = 3;

/** Whether the keys can be read twice, so that they can be counted beside the run. */
export const isCountable = (where: string): boolean => where !== '-' && !isUrl(where);

const isUrl = (where: string): boolean => /^https?:\/\//.test(where);

async function open(where: string): Promise<Readable> {
  if (where === '-') return process.stdin;
  if (!isUrl(where)) return createReadStream(where);
  const response = await fetch(where, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
}

/** What a text is, by how it begins: keys may have any name, so pages and sitemaps have to look like ones. */
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

async function* keysOfSitemap(xml: Readable, context: KeyContext, depth: number): AsyncGenerator<string> {
  for await (const { kind, url } of entriesOf(xml)) {
    if (kind === 'image' || (URL.canParse(url) && kind === 'page' && context.images.isHere(new URL(url)))) {
      const key = context.images.keyOf(url, context.url);
      if (key !== undefined) yield key;
    } else if (isUrl(url) && depth < MAX_DEPTH) {
      yield* keysOfText(url, context, depth + 1);
    }
  }
}

async function* keysOfLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) {
    // What stands for bytes that are no UTF-8.
    if (line.includes('\uFFFD')) throw new Error('it is no UTF-8 text');
    if (line !== '') yield line;
  }
}

async function* keysOfText(where: string, context: KeyContext, depth: number): AsyncGenerator<string> {
  try {
    const [head, text] = await openText(await open(where));
    const form = formOf(head);
    const base = isUrl(where) ? where : context.url;
    if (form === 'sitemap') yield* keysOfSitemap(text, context, depth);
    else if (form === 'page' || depth > 0) yield* keysOfUrls(imagesOf(text, base), base, context);
    else yield* keysOfLines(linesOf(text, context.stopped));
  } catch (error) {
    const message = `${where === '-' ? 'Standard input' : where} cannot be read: ${(error as Error).message.replace(/\.$/, '')}.`;
    if (depth === 0) throw new UsageError(message);
    // One page of many.
    console.error(message);
  }
}

async function* keysOfBucket(place: NonNullable<ReturnType<typeof s3PlaceOf>>, prefix: string) {
  for await (const key of listKeys(place)) yield key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

/**
 * Keys of originals, as in URLs: from `s3://bucket/prefix`, from a file or URL (keys line by line, a sitemap, or a page;
 * gzip or not), or from standard input (`-`).
 * @throws UsageError where it cannot be read
 */
export function keysFrom(where: string, context: KeyContext): AsyncGenerator<string> {
  const place = s3PlaceOf(where);
  return place ? keysOfBucket(place, context.prefix) : keysOfText(where, context, 0);
}
