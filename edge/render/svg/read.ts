import { SaxesParser } from 'saxes';
import { type Failure, failure } from '../../failure';

/** What of an SVG's element its cost depends on. */
export interface SvgElement {
  /** Without its namespace's prefix, and so are the attributes' names. */
  name: string;
  attributes: Record<string, string>;
  children: SvgElement[];
  /** Characters of text in a `text` element, its descendants' included. */
  characters: number;
}

/** An SVG as a tree, with all of its style sheets as one text. */
export interface Svg {
  root: SvgElement;
  elements: SvgElement[];
  css: string;
}

/** Largest SVG that is read, in bytes: drawings are smaller, photographs inside of one may take more. */
const MAX_BYTES = 10 * 1024 * 1024;

/** An element takes some 3 kB in the renderer. */
const MAX_ELEMENTS = 20_000;

/** What the XML parser of the renderer allows. */
const MAX_DEPTH = 256;

/** Encodings in which the markup's own characters are those of ASCII; others could hide elements from this reader. */
const ENCODING = /^(?:utf-?8|us-ascii|iso-8859-\d+|windows-125\d)$/i;

/** An entity that stands for plain text, such as the namespaces that old drawing programs declare. */
const PLAIN_ENTITY = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"<&%]{0,1000})"|'([^'<&%]{0,1000})')\s*>/g;

/** Elements that would read another file, or whose cost nothing in the file bounds. */
const REFUSED = new Set([
  'include',
  'foreignObject',
  'feImage',
  'feTile',
  'feTurbulence',
  'feMorphology',
  'feConvolveMatrix',
  'feDisplacementMap',
  'feDiffuseLighting',
  'feSpecularLighting',
]);

/** Thrown inside of the parser's callbacks, and caught by `readSvg`. */
class Refused extends Error {
  constructor(override readonly cause: Failure) {
    super(cause.message);
  }
}

const unsupported = (message: string): never => {
  throw new Refused(failure('UNSUPPORTED', message));
};

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** References to other parts of the file and pictures inside of it are read; other files never are. */
function checkReferences(element: SvgElement): void {
  const { name, attributes } = element;
  const href = attributes['href']?.trim() ?? '#';
  if (name !== 'a' && !href.startsWith('#') && !(name === 'image' && /^data:/i.test(href))) {
    unsupported(`The SVG refers to another file (in ${name.slice(0, 40)}); only references inside of it are read.`);
  }
  for (const [attribute, value] of Object.entries(attributes)) if (attribute !== 'href') checkCss(value);
}

function checkCss(css: string): void {
  if (/@import|url\(\s*["']?\s*(?!#|data:|["'#\s])/i.test(css)) {
    unsupported('The SVG refers to another file in its styles; only references inside of it are read.');
  }
  if (/\\/.test(css) && /url|filter|dash|marker|mask/i.test(css.replaceAll('\\', ''))) {
    unsupported('The SVG has escapes in its styles, which could hide what it costs.');
  }
}

/** Lets entities that stand for plain text be read, and refuses all others. */
function readDoctype(parser: SaxesParser, doctype: string): void {
  const others = doctype.replaceAll(PLAIN_ENTITY, (_, name: string, double?: string, single?: string) => {
    parser.ENTITIES[name] = double ?? single ?? '';
    return '';
  });
  if (/<!ENTITY|%/.test(others)) unsupported('The SVG declares entities that are not plain text.');
}

function parse(text: string): Svg {
  const parser = new SaxesParser();
  const elements: SvgElement[] = [];
  const open: SvgElement[] = [];
  let css = '';
  const read = (characters: string): void => {
    if (open.at(-1)?.name === 'style') css += characters;
    const inText = open.find(({ name }) => name === 'text');
    if (inText) inText.characters += characters.length;
  };
  parser.on('error', () => {
    throw new Refused(failure('CORRUPT', 'The SVG is not well-formed XML.'));
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding && !ENCODING.test(encoding))
      unsupported('The SVG is in an encoding that is not read; save it as UTF-8.');
  });
  parser.on('processinginstruction', ({ target }) => {
    if (target === 'xml-stylesheet') unsupported('The SVG refers to a style sheet outside of it.');
  });
  parser.on('doctype', (doctype) => readDoctype(parser, doctype));
  parser.on('text', read);
  parser.on('cdata', read);
  parser.on('opentag', ({ name, attributes }) => {
    const element: SvgElement = { name: localName(name), attributes: {}, children: [], characters: 0 };
    for (const [key, value] of Object.entries(attributes)) element.attributes[localName(key)] = value;
    if (!open.length && element.name !== 'svg') unsupported('The original is a text, not an image.');
    if (REFUSED.has(element.name)) unsupported(`The SVG uses ${element.name}, whose cost has no bound.`);
    checkReferences(element);
    open.at(-1)?.children.push(element);
    elements.push(element);
    open.push(element);
    if (elements.length > MAX_ELEMENTS || open.length > MAX_DEPTH) {
      const message = `The SVG has over ${MAX_ELEMENTS} elements, or nests them over ${MAX_DEPTH} deep.`;
      throw new Refused(failure('TOO_LARGE', message));
    }
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  checkCss(css);
  return { root: elements[0]!, elements, css };
}

/** Reads an SVG far enough to tell what it would cost. @returns why not, where it asks for what is never done */
export function readSvg(original: Buffer): Svg | Failure {
  if (original.length > MAX_BYTES) {
    return failure('TOO_LARGE', `The SVG has ${original.length} bytes; up to ${MAX_BYTES} are allowed.`);
  }
  try {
    return parse(original.toString());
  } catch (error) {
    if (error instanceof Refused) return error.cause;
    throw error;
  }
}
