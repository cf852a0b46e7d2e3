import type { Colour, Paint } from './paint';

/** The result of a request or of a render. */
export interface Answer {
  status: number;
  /** Code of a refusal. */
  code?: string | undefined;
  contentType?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
  bytes?: number | undefined;
  /** How it was made, such as `rendered`. */
  how?: string | undefined;
  milliseconds?: number | undefined;
  /** What was requested. */
  subject: string;
}

const SHORT_TYPES: Record<string, string> = { 'svg+xml': 'SVG', 'octet-stream': 'BINARY', plain: 'TEXT' };

/** `image/avif` is AVIF. */
function typeOf(contentType: string): string {
  const name = contentType.split(';')[0]!.split('/').at(-1)!.trim();
  return SHORT_TYPES[name] ?? name.toUpperCase();
}

const sizeOf = (bytes: number): string => {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
};

const timeOf = (milliseconds: number): string =>
  milliseconds < 9_999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;

function colourOf(status: number): Colour {
  if (status >= 500) return 'failed';
  if (status >= 400) return 'refused';
  return status >= 300 ? 'moved' : 'good';
}

/** An answer in a line: `200 AVIF 640×427 48 kB rendered in 310 ms  /640w/harbour.jpg`. */
export function answerLine(answer: Answer, paint: Paint): string {
  const { status, code, contentType, width, height, bytes, how, milliseconds, subject } = answer;
  const isPicture = code === undefined && contentType !== undefined;
  const parts: [colour: Colour | undefined, part: string | undefined][] = [
    [colourOf(status), String(status)],
    [colourOf(status), code],
    [undefined, isPicture ? typeOf(contentType) : undefined],
    [undefined, width !== undefined && height !== undefined ? `${width}×${height}` : undefined],
    [undefined, isPicture && bytes ? sizeOf(bytes) : undefined],
    ['quiet', how],
    ['quiet', milliseconds === undefined ? undefined : `in ${timeOf(milliseconds)}`],
    [undefined, ` ${subject}`],
  ];
  return parts.flatMap(([colour, part]) => (part === undefined ? [] : [paint(colour, part)])).join(' ');
}
