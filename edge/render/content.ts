import { type Pixels, hasAlpha } from './pixels';

const { abs } = Math;

/** The properties of a picture that decide its format. */
export interface Content {
  width: number;
  height: number;
  /** Some pixel is not opaque. */
  transparent: boolean;
  /** Transparency fades over an area, as in a shadow. */
  soft: boolean;
  /** Flat colours and hard edges. */
  graphic: boolean;
  /** An icon, or an avatar in a list, of which viewers see every pixel. */
  small: boolean;
}

/** Longest side of a small picture. */
const SMALL = 64;

export const contentOf = (pixels: Pixels): Content => ({
  width: pixels.width,
  height: pixels.height,
  transparent: isTransparent(pixels),
  soft: isSoft(pixels),
  graphic: isGraphic(pixels),
  small: Math.max(pixels.width, pixels.height) <= SMALL,
});

/** Whether some pixel is not opaque. */
export function isTransparent(pixels: Pixels): boolean {
  if (!hasAlpha(pixels)) return false;
  const { data, channels } = pixels;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}

/** Most levels of 255 by which transparency changes from pixel to pixel in a shadow or a glow. */
const SOFT_STEP = 10;

/** Least share of soft pixels among the visible ones: 5 to 60 % with shadows, below 4 % with smoothed edges alone. */
const SOFT = 0.04;

/** Whether transparency fades over an area, not just along edges. */
function isSoft(pixels: Pixels): boolean {
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

/** Pixels sampled to classify a picture as photograph or graphic. */
const SAMPLE = 100_000;

/**
 * Least share of equal neighbours in a graphic: 0.67 to 0.9 are equal in screenshots and drawings, 0.5 in a JPEG of one,
 * and up to 0.4 in photographs with sky or fog.
 */
const GRAPHIC = 0.5;

/** Whether a picture has flat colours and hard edges, like a drawing or a screenshot. Clear pixels do not count. */
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

/** Whether a palette holds all colours of a picture, so that nothing is lost in it. */
export function fitsPalette({ data, channels }: Pixels): boolean {
  const colours = new Set<number>();
  let last = -1;
  for (let at = 0; at < data.length; at += channels) {
    let colour = 0;
    for (let channel = 0; channel < channels; channel++) colour = colour * 256 + data[at + channel]!;
    // Most pixels of a graphic equal the one before, and comparing is quicker than a lookup.
    if (colour === last) continue;
    last = colour;
    colours.add(colour);
    if (colours.size > PALETTE) return false;
  }
  return true;
}
