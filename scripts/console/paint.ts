import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable } from '../printable';

const COLOURS = { good: 'green', moved: 'cyan', refused: 'yellow', failed: 'red', quiet: 'dim' } as const;

export type Colour = keyof typeof COLOURS;

/** A text as a terminal shows it, in a colour where the terminal has any. */
export type Paint = (colour: Colour | undefined, text: string) => string;

/** Whether a stream is a terminal whose owner has nothing against colours. https://no-color.org */
const hasColours = ({ isTTY = false }: { isTTY?: boolean }): boolean =>
  isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

export function paintOn(stream: Writable & { isTTY?: boolean }): Paint {
  if (!hasColours(stream)) return (_, text) => printable(text);
  return (colour, text) =>
    colour ? styleText(COLOURS[colour], printable(text), { validateStream: false }) : printable(text);
}
