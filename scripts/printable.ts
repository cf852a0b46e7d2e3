/**
 * What a terminal obeys in place of showing it, and what nobody sees: control characters (C0, DEL, C1), those that
 * reverse the direction of what follows, ends of lines, halves of characters, and characters without a glyph, apart from
 * joiners and variation selectors, which words and emoji are written with.
 */
const UNPRINTABLE =
  /(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  const digits = character.codePointAt(0)!.toString(16);
  return SHORT[character] ?? (digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`);
}

/**
 * A text from outside (a key, a header, a file's name, the message of an error) as one line that a terminal shows and
 * does not obey. Letters of all scripts stay as they are.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escape);

/** Lines as a terminal shows them: the ends of lines stay. For texts of this project that have several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
