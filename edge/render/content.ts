/** Raw pixels of 8 bits a channel, row after row; channels are 1 to 4, alpha the last of 2 or 4. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

/** Pixels sampled to classify a picture as photograph or graphic. */
const SAMPLE = 100_000;

/**
 * Of the pairs of neighbours in a row, two thirds to nine tenths are equal in screenshots and drawings, half in a
 * JPEG of one, and up to 0.4 in photographs (skies and fog).
 */
const GRAPHIC = 0.5;

/** Longest side of a picture of which every pixel is looked at: an icon, or an avatar in a list. */
const SMALL = 64;

export const isSmall = ({ width, height }: Pick<Pixels, 'width' | 'height'>): boolean =>
  Math.max(width, height) <= SMALL;

const hasAlpha = ({ channels }: Pixels): boolean => channels === 2 || channels === 4;

/** Whether some pixel is not opaque. */
export function isTransparent(pixels: Pixels): boolean {
  if (!hasAlpha(pixels)) return false;
  const { data, channels } = pixels;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}

/** Whether the pixels are of flat colours and hard edges, as in a drawing or a screenshot. Transparent pixels do not count. */
export function isGraphic(pixels: Pixels): boolean {
  const { data, width, height, channels } = pixels;
  const alpha = hasAlpha(pixels) ? channels - 1 : -1;
  const rowStep = Math.max(1, Math.ceil((width * height) / SAMPLE));
  let pairs = 0;
  let equal = 0;
  for (let y = 0; y < height; y += rowStep) {
    const end = (y + 1) * width * channels;
    for (let at = y * width * channels + channels; at < end; at += channels) {
      if (alpha > 0 && data[at + alpha] === 0 && data[at + alpha - channels] === 0) continue;
      pairs++;
      let same = 0;
      while (same < channels && data[at + same] === data[at + same - channels]) same++;
      if (same === channels) equal++;
    }
  }
  return pairs > 0 && equal / pairs >= GRAPHIC;
}

/** Most colours that a palette holds. */
const PALETTE = 256;

/** Whether a palette holds all colours of the pixels, so that nothing is lost in it. */
export function fitsPalette({ data, channels }: Pixels): boolean {
  const colours = new Set<number>();
  for (let at = 0; at < data.length; at += channels) {
    colours.add(data.readUIntBE(at, channels));
    if (colours.size > PALETTE) return false;
  }
  return true;
}
