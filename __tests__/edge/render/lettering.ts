import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** A line of text, and the attributes of its element. */
export type Line = [text: string, attributes?: string];

const LINE = 40;
const WIDTH = 300;

/** An SVG of lines of text, one below the other. */
export const lettering = (lines: Line[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${LINE * lines.length}">
  <rect width="100%" height="100%" fill="#fff"/>${lines
    .map(
      ([text, attributes = ''], at) => `<text x="5" y="${LINE * at + 28}" font-size="24" ${attributes}>${text}</text>`,
    )
    .join('')}</svg>`;

/** What each line of {@link lettering} looks like: a hash of its pixels. */
export async function linesOf(image: Buffer): Promise<string[]> {
  const { data, info } = await sharp(image).greyscale().raw().toBuffer({ resolveWithObject: true });
  const bytes = LINE * info.width * info.channels;
  return Array.from({ length: info.height / LINE }, (_, at) =>
    createHash('sha256')
      .update(data.subarray(at * bytes, (at + 1) * bytes))
      .digest('hex'),
  );
}
