import { type Failure, failure, isFailure } from '../../failure';
import type { Size } from '../../size';
import { adapt } from './adapt';
import { decodeXml } from './decode';
import { type Root, readRoot } from './root';
import { type Extent, extentOf } from './size';

/** An SVG whose root element is known. */
export interface Drawing extends Extent {
  text: string;
  root: Root;
}

/** The XML parser refuses longer texts, like an embedded photograph, unless `unlimited` is set. */
const MAX_TEXT_BYTES = 10e6;

/** Whether an SVG may have a text that its parser would refuse. `unlimited` also lifts its bounds on entities. */
export const hasLongText = (svg: Buffer): boolean => svg.length > MAX_TEXT_BYTES;

/**
 * Reads an SVG's own size.
 * @returns `UNSUPPORTED` for XML other than SVG, `CORRUPT` if it is not well-formed up to the root element
 */
export function readDrawing(original: Buffer): Drawing | Failure {
  const text = decodeXml(original);
  if (text === undefined) return failure('CORRUPT', 'The SVG is not in the encoding that it states, or in UTF-8.');
  const root = readRoot(text);
  return isFailure(root) ? root : { ...extentOf(root), text, root };
}

/** The loader looks for this in the first bytes of an SVG; a prefix or a long comment may hide the root itself. */
const MARK = '<!--<svg-->';

/** An entity of a DTD. That is not loaded, so the renderer would miss the entity. */
const PARAMETER = /%[\w.-]{1,40};/g;

const REWRITTEN = ['width', 'height', 'viewBox', 'preserveAspectRatio', 'style'];

/** The attributes of the root element that decide its size, with a style that no style sheet of the file overrules. */
function sized({ root, viewBox, isFitted }: Drawing, { width, height }: Required<Size>): string {
  const { x, y, width: boxWidth, height: boxHeight } = viewBox;
  const fit = root.attributes.get('preserveAspectRatio');
  const kept = isFitted ? fit && `${fit.quote}${fit.source}${fit.quote}` : '"none"';
  const { source = '', quote = '"' } = root.attributes.get('style') ?? {};
  return [
    ` width="${width}" height="${height}" viewBox="${x} ${y} ${boxWidth} ${boxHeight}"`,
    kept ? ` preserveAspectRatio=${kept}` : '',
    ` style=${quote}${source};width:${width}px!important;height:${height}px!important${quote}`,
  ].join('');
}

/**
 * Rewrites an SVG in UTF-8, to be drawn at exactly this size.
 * @param maxPixels of a picture that is embedded in it
 */
export async function drawnAt(drawing: Drawing, size: Required<Size>, maxPixels: number): Promise<Buffer> {
  const { text, root } = drawing;
  const replaced = REWRITTEN.flatMap((name) => root.attributes.get(name) ?? []).sort((a, b) => a.start - b.start);
  const parts = [MARK, text.slice(0, root.nameEnd).replaceAll(PARAMETER, ''), sized(drawing, size)];
  let at = root.nameEnd;
  for (const { start, end } of replaced) {
    parts.push(text.slice(at, start));
    at = end;
  }
  parts.push(text.slice(at));
  return Buffer.from(await adapt(parts.join(''), maxPixels));
}
