/**
 * Characters that a terminal obeys or hides: control characters (C0, DEL, C1), bidirectional controls, line ends, lone
 * surrogates, and characters without a glyph. Joiners and variation selectors are allowed, since words and emoji need them.
 */
const UNPRINTABLE =
  /(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  const digits = character.codePointAt(0)!.toString(16);
  return SHORT[character] ?? (digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`);
}

/**
 * Escapes a text from outside (a key, a header, a file name, an error message), so that a terminal shows it as one line and
 * does not obey it. Letters of all scripts stay as they are.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escape);

/** The same for a text with several lines, whose line ends stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
