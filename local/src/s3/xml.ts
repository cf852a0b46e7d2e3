import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { Reply } from '../http/reply';
import { S3Error } from './errors';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Elements by name; an array repeats its element. */
export interface XmlElements {
  [name: string]: string | number | boolean | undefined | XmlElements | XmlElements[];
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  processEntities: false,
  tagValueProcessor: (_name, value) => escapeText(String(value)),
});

const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true, htmlEntities: true });

/** A 200 with a document in S3's namespace. */
export function xmlReply(root: string, content: XmlElements, headers: Record<string, string> = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: document(root, { '@_xmlns': NAMESPACE, ...content }),
  };
}

/** An error response. Its document has no namespace, and is sent without a Content-Length. */
export function xmlErrorReply(status: number, content: XmlElements, headers: Readonly<Record<string, string>>): Reply {
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: document('Error', content),
    isChunked: true,
  };
}

/**
 * Parses a request's document, and returns its root element.
 *
 * @throws S3Error `MalformedXML`
 */
export function parseXml(text: string, root: string): Record<string, unknown> {
  let parsed: Record<string, unknown>;
  try {
    parsed = parser.parse(text, true) as Record<string, unknown>;
  } catch {
    throw new S3Error('MalformedXML');
  }
  const content = parsed[root];
  if (typeof content !== 'object' || content === null) throw new S3Error('MalformedXML');
  return content as Record<string, unknown>;
}

function document(root: string, content: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: content })}`;
}

/** Escapes control characters, too, since keys may have them. */
function escapeText(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
