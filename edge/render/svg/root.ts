import { SaxesParser } from 'saxes';
import { type Failure, failure } from '../../failure';

/** An attribute of the root element. */
export interface Attribute {
  /** With its entities resolved. */
  value: string;
  /** As written, without its quotes. */
  source: string;
  quote: string;
  /** Offsets in the text, including the white space before it. */
  start: number;
  end: number;
}

/** The root element of an SVG. */
export interface Root {
  /** Offset in the text of the end of the element's name. */
  nameEnd: number;
  attributes: Map<string, Attribute>;
}

/**
 * Parses an SVG up to the end of its root element's tag.
 * @returns `UNSUPPORTED` for another root or one that comes too late, `CORRUPT` if it is not well-formed up to there
 */
export function readRoot(text: string): Root | Failure {
  try {
    const root = parse(text);
    if (root) return root;
    return text.length > MAX_START
      ? failure('UNSUPPORTED', `The SVG has more than ${MAX_START} characters before its root element ends.`)
      : failure('CORRUPT', 'The SVG ends before its root element does.');
  } catch (error) {
    if (error instanceof Unreadable) return error.cause;
    throw error;
  }
}

function parse(text: string): Root | undefined {
  const parser = new SaxesParser();
  const root: Root = { nameEnd: 0, attributes: new Map() };
  const state = { isComplete: false };
  let end = 0;
  parser.on('error', () => {
    if (!state.isComplete) throw new Unreadable(failure('CORRUPT', 'The SVG is not well-formed XML.'));
  });
  parser.on('doctype', (doctype) => declareEntities(parser, doctype));
  parser.on('opentagstart', ({ name }) => {
    if (state.isComplete) return;
    if (!/^(?:[^:]*:)?svg$/.test(name)) {
      throw new Unreadable(failure('UNSUPPORTED', 'The original is a text, not an image.'));
    }
    // The character after the name has been read.
    end = root.nameEnd = parser.position - 1;
  });
  parser.on('attribute', ({ name, value }) => {
    if (state.isComplete) return;
    const start = end;
    end = parser.position;
    const quote = text[end - 1]!;
    const source = text.slice(text.indexOf(quote, start) + 1, end - 1);
    root.attributes.set(name, { value, source, quote, start, end });
  });
  parser.on('opentag', () => {
    state.isComplete = true;
  });
  for (let at = 0; !state.isComplete && at < Math.min(text.length, MAX_START); at += CHUNK) {
    parser.write(text.slice(at, at + CHUNK));
  }
  return state.isComplete ? root : undefined;
}

/** Declares the entities of plain text. The renderer reads the declarations itself. */
function declareEntities(parser: SaxesParser, doctype: string): void {
  for (const [, name, double, single] of doctype.matchAll(ENTITY)) parser.ENTITIES[name!] = double ?? single ?? '';
}

/** Most characters up to the end of the root element. Only comments and declarations come before it. */
const MAX_START = 2 ** 20;

/** Characters that are parsed at once. Parsing stops after the chunk in which the root element ends. */
const CHUNK = 4_096;

/** Entities longer than a namespace or a style are left empty: a file may refer to each any number of times. */
const ENTITY = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"<&%]{0,256})"|'([^'<&%]{0,256})')?/g;

/** Thrown by the callbacks of the parser and caught by {@link readRoot}. */
class Unreadable extends Error {
  constructor(override readonly cause: Failure) {
    super(cause.message);
  }
}
