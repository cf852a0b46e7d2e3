const { abs } = Math;

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

/** Levels of 255 by which transparency changes from pixel to pixel in a shadow or a glow, at most. */
const SOFT_STEP = 10;

/** Share of them among the pixels that show at all: 5 to 60 in a hundred with shadows, below 4 with smoothed edges alone. */
const SOFT = 0.04;

/** Whether transparency fades over an area, as in shadows and glows, and not just along edges. */
export function isSoft(pixels: Pixels): boolean {
  if (!hasAlpha(pixels)) return false;
  const { data, width, channels } = pixels;
  const row = width * channels;
  const fades = (alpha: number, neighbour: number): boolean =>
    neighbour !== 0 && neighbour !== 255 && abs(alpha - neighbour) <= SOFT_STEP;
  let visible = 0;
  let soft = 0;
  for (let at = row + channels - 1; at < data.length; at += channels) {
    const alpha = data[at]!;
    if (alpha === 0) continue;
    visible++;
    if (alpha !== 255 && fades(alpha, data[at - channels]!) && fades(alpha, data[at - row]!)) soft++;
  }
  return soft > visible * SOFT;
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
  let last = -1;
  for (let at = 0; at < data.length; at += channels) {
    let colour = 0;
    for (let channel = 0; channel < channels; channel++) colour = colour * 256 + data[at + channel]!;
    // Most pixels of a graphic are like the one before, which is quicker to see than to look up.
    if (colour === last) continue;
    last = colour;
    colours.add(colour);
    if (colours.size > PALETTE) return false;
  }
  return true;
}
