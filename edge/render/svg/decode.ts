/**
 * Decodes an XML file of any encoding, without byte-order mark and declaration, so that it can be written as UTF-8.
 * @returns undefined if the encoding is not known, or the bytes are not valid in it
 */
export function decodeXml(xml: Buffer): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(xml), { fatal: true }).decode(xml).trimStart();
    return text.slice(DECLARATION.exec(text.slice(0, MAX_DECLARATION))?.[0].length ?? 0);
  } catch {
    return undefined;
  }
}

function encodingOf(xml: Buffer): string {
  const signed = SIGNATURES.find(([bytes]) => bytes.every((byte, at) => xml[at] === byte));
  return signed?.[1] ?? declaredEncoding(xml.toString('latin1', 0, MAX_DECLARATION).trimStart());
}

/** A declaration that reads as ASCII is not in UTF-16, whatever it says: some programs state that of their memory. */
function declaredEncoding(start: string): string {
  const declared = /\sencoding\s?=\s?["']([\w.:-]+)["']/.exec(DECLARATION.exec(start)?.[0] ?? '')?.[1] ?? 'utf-8';
  return /^(?:utf-?16|ucs-?2|iso-10646)/i.test(declared) ? 'utf-8' : declared;
}

/** Byte-order marks, and the bytes of `<?` without one. XML 1.0, appendix F. */
const SIGNATURES: [bytes: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0x3c, 0], 'utf-16le'],
  [[0, 0x3c], 'utf-16be'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
];

/** Characters within which an XML declaration ends. */
const MAX_DECLARATION = 200;

const DECLARATION = /^<\?xml\s[^>]*\?>/;
