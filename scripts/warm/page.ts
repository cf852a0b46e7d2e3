import { Parser } from 'htmlparser2';
import type { Readable } from 'node:stream';
import parseSrcset from 'srcset';

/** The URLs of a `srcset`; none if it is invalid. */
function candidatesOf(srcset: string): string[] {
  try {
    return parseSrcset.parse(srcset).map(({ url }) => url);
  } catch {
    return [];
  }
}

/** URLs of the images of a page: `src` and `srcset` of `img`, `srcset` of `source`; resolved against its `base`. */
export async function* imagesOf(page: Readable, url: string): AsyncGenerator<string> {
  let base = url;
  let found: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'base' && attributes['href'] && URL.canParse(attributes['href'], url)) {
        base = new URL(attributes['href'], url).href;
      }
      if (name !== 'img' && name !== 'source') return;
      const urls = candidatesOf(attributes['srcset'] ?? '');
      if (name === 'img' && attributes['src']) urls.unshift(attributes['src'].trim());
      for (const each of urls) {
        // A data URI is not a file.
        if (!each.startsWith('data:')) found.push(URL.canParse(each, base) ? new URL(each, base).href : each);
      }
    },
  });
  page.setEncoding('utf8');
  for await (const chunk of page as AsyncIterable<string>) {
    parser.write(chunk);
    yield* found;
    found = [];
  }
  parser.end();
  yield* found;
}
