/** The canvas of a GIF: the decoder, libnsgif, sometimes cuts or fills it where browsers leave it whole and clear. */
import type { Size } from '../../size';
import { DISPOSAL, type Gif, type GifFrame } from './format';
import { readGif } from './read';
import { writeGif } from './write';

/**
 * A GIF whose canvas is clear where no frame is and where a frame goes back to the background, as in browsers: the
 * decoder does this only for frames that have a clear colour. A canvas that the decoder would cut gets one more frame,
 * before the others.
 */
export function withClearCanvas(original: Buffer): Buffer {
  const gif = readGif(original);
  if (!gif) return original;
  const hasBackground = gif.frames.some(({ disposal }) => disposal === DISPOSAL.background);
  if (!hasBackground && coversCanvas(gif.frames[0]!, gif)) return original;
  const frames = gif.frames.map((frame) => {
    const clear = frame.clear ?? unusedColour(frame);
    return { ...frame, ...(clear !== undefined && { clear }) };
  });
  return writeGif({ ...gif, frames: isCanvasCut(gif) ? [clearCorner(gif), ...frames] : frames });
}

const coversCanvas = ({ left, top, width, height }: GifFrame, canvas: Gif): boolean =>
  left === 0 && top === 0 && width >= canvas.width && height >= canvas.height;

/** A colour that no pixel of a frame has; undefined if all are used. */
function unusedColour({ uses }: GifFrame): number | undefined {
  for (let index = 255; index >= 0; index--) if (!uses(index)) return index;
  return undefined;
}

/** The size of the canvas in pixels, if the decoder would cut it. */
export function cutCanvas(bytes: Buffer): Required<Size> | undefined {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  const gif = isDoubted(width, height) ? readGif(bytes) : undefined;
  return gif && isCanvasCut(gif) ? { width, height } : undefined;
}

/** Whether the decoder would cut the canvas to what the frames cover. */
function isCanvasCut({ width, height, frames }: Gif): boolean {
  if (!isDoubted(width, height)) return false;
  const right = frames.reduce((most, frame) => Math.max(most, frame.left + frame.width), 0);
  const bottom = frames.reduce((most, frame) => Math.max(most, frame.top + frame.height), 0);
  return right < width || bottom < height;
}

/** Canvas sizes that the decoder blames on old programs. It then goes by the size of the frames. */
const DOUBTED_CANVASES = new Set(['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200']);

/** The decoder doubts canvases with longer sides, too. */
const MAX_TRUSTED_SIDE = 2_048;

const isDoubted = (width: number, height: number): boolean =>
  DOUBTED_CANVASES.has(`${width}x${height}`) || Math.max(width, height) > MAX_TRUSTED_SIDE;

/** A clear pixel in the last corner of the canvas. As the first frame, it keeps the decoder from cutting the canvas. */
const clearCorner = ({ width, height }: Gif): GifFrame => ({
  left: width - 1,
  top: height - 1,
  width: 1,
  height: 1,
  interlaced: false,
  table: Buffer.alloc(2 * 3),
  codeSize: 2,
  data: Buffer.from([0x44, 0x01]),
  uses: (index) => index === 0,
  disposal: DISPOSAL.none,
  delay: 0,
  clear: 0,
});
