import sharp from 'sharp';
import { sniff } from '../sniff';

/**
 * Rewrites the parts of an SVG that browsers draw and the renderer would leave out.
 * @param maxPixels of an embedded picture
 */
export const adapt = (text: string, maxPixels: number): Promise<string> => withPngs(withoutHtml(text), maxPixels);

/**
 * Makes a `switch` skip HTML, which the renderer would choose and then not draw. Also makes it accept elements that
 * require features of SVG 1.1: SVG 2 has dropped the attribute, and browsers ignore it.
 */
function withoutHtml(text: string): string {
  return text
    .replaceAll(FOREIGN_OBJECT, (tag) =>
      tag.includes('requiredExtensions')
        ? tag
        : tag.replace('foreignObject', 'foreignObject requiredExtensions="http://www.w3.org/1999/xhtml"'),
    )
    .replaceAll(/\srequiredFeatures(?=\s?=)/g, ' data-required-features');
}

const FOREIGN_OBJECT = /<(?:[\w.-]{1,40}:)?foreignObject(?=[\s/>])[^>]*/g;

/**
 * Replaces embedded pictures by PNGs, if browsers read their kind and the renderer does not. One that cannot be decoded
 * stays, and the renderer leaves it out.
 */
async function withPngs(text: string, maxPixels: number): Promise<string> {
  const parts: string[] = [];
  let copied = 0;
  let end = 0;
  for (const { 0: prefix, index } of text.matchAll(DATA_URI)) {
    if (index < end) continue;
    END_OF_URI.lastIndex = index;
    end = END_OF_URI.exec(text)?.index ?? text.length;
    const png = await asPng(text.slice(index + prefix.length, end), maxPixels);
    if (!png) continue;
    parts.push(text.slice(copied, index), png);
    copied = end;
  }
  return parts.length ? [...parts, text.slice(copied)].join('') : text;
}

/** Kinds of embedded pictures that the renderer reads. */
const READ = new Set(['png', 'jpeg', 'svg']);

const DATA_URI = /data:image\/[\w.+-]{1,20}(?:;[\w=.-]{1,40}){0,2};base64,/gi;

const END_OF_URI = /["')<>]/g;

/** Base64 characters that are decoded to detect the kind of a picture. */
const START = 96;

/** White space in an attribute is often written as entities. */
const decode = (base64: string): Buffer => Buffer.from(base64.replaceAll(/&#x?[\da-f]{1,4};/gi, ''), 'base64');

async function asPng(base64: string, maxPixels: number): Promise<string | undefined> {
  const kind = sniff(decode(base64.slice(0, START)));
  if (!kind || READ.has(kind)) return undefined;
  try {
    const picture = sharp(decode(base64), { limitInputPixels: maxPixels });
    return `data:image/png;base64,${(await picture.png({ compressionLevel: 1 }).toBuffer()).toString('base64')}`;
  } catch {
    return undefined;
  }
}
