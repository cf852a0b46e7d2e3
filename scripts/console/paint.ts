import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable } from '../printable';

const COLOURS = { good: 'green', moved: 'cyan', refused: 'yellow', failed: 'red', quiet: 'dim' } as const;

export type Colour = keyof typeof COLOURS;

/** Makes a text printable, and coloured if the terminal has colours. */
export type Paint = (colour: Colour | undefined, text: string) => string;

/** Whether a stream is a terminal with colours that nobody has turned off. https://no-color.org */
const hasColours = ({ isTTY = false }: { isTTY?: boolean }): boolean =>
  isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

export function paintOn(stream: Writable & { isTTY?: boolean }): Paint {
  if (!hasColours(stream)) return (_, text) => printable(text);
  return (colour, text) =>
    colour ? styleText(COLOURS[colour], printable(text), { validateStream: false }) : printable(text);
}
