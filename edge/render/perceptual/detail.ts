import type { Format } from '../../variant';
import type { Pixels } from '../pixels';

/** Not looked up for each pixel: under Jest that takes a hundred times as long as all the rest. */
const { abs, ceil, cos, floor, log, max, PI, SQRT1_2, sqrt } = Math;

/**
 * The properties of a picture that decide how visible the loss of an encoder is, as averages over a sample of blocks.
 * Shares are logarithms, since scores follow those.
 */
export interface Detail {
  /** Detail that a coarse quantiser drops, where contrast hardly hides it. */
  coarseLoss: number;
  /** Detail that a fine quantiser drops. */
  fineLoss: number;
  /** The same for gradients and faint textures, where contrast hides next to nothing. */
  faintLoss: number;
  /** The finest half of the frequencies, as a share of all contrast. */
  finest: number;
  /** Colour that is lost when four pixels share one, which is most visible in the dark. */
  sharedColour: number;
  /** The share of dark blocks with strong colour. */
  darkColour: number;
  /** The steepest edges of blocks, relative to their contrast: high for lines, low for textures. */
  edges: number;
  /** Mean brightness, from 0 to 1. */
  brightness: number;
  /** Of the number of pixels. */
  size: number;
}

/** A formula for the quality at which a photograph looks as others do at the quality `asked`, on mozjpeg's scale. */
export interface Formula {
  asked: number;
  /** Least and most quality. */
  bounds: [number, number];
  constant: number;
  weights: Record<keyof Detail, number>;
}

/** The formulas of each format, by rising quality. */
export type Formulas = Partial<Record<Format, Formula[]>>;

/** The least and the most among the photographs to which the formulas were fitted. */
export type Ranges = Record<keyof Detail, [number, number]>;

/** The detail of a picture; undefined if no block of it is opaque. */
export function detailOf(pixels: Pixels): Detail | undefined {
  const { width, height } = pixels;
  const [columns, rows] = [floor(width / SIDE), floor(height / SIDE)];
  const step = max(1, sqrt((columns * rows) / MAX_BLOCKS));
  const block: Block = { luma: plane(), blue: plane(), red: plane(), rows: plane(), frequencies: plane() };
  const sums = { ...NOTHING };
  let blocks = 0;
  for (let row = 0; row < ceil(rows / step); row++) {
    for (let column = 0; column < ceil(columns / step); column++) {
      if (!read(pixels, floor(column * step) * SIDE, floor(row * step) * SIDE, block)) continue;
      add(sums, block);
      blocks++;
    }
  }
  if (blocks === 0) return undefined;
  const average = (name: keyof Sums): number => sums[name] / blocks;
  return {
    coarseLoss: logOf(average('coarseLoss')),
    fineLoss: logOf(average('fineLoss')),
    faintLoss: logOf(average('faintLoss')),
    finest: logOf(average('finest')),
    sharedColour: logOf(average('sharedColour') * 50),
    darkColour: average('darkColour'),
    edges: log(average('edges') + 0.5) - log(average('contrast') + 0.5),
    brightness: average('brightness') / 255,
    size: log(width * height),
  };
}

/** Side of a block in pixels, as JPEG has it. */
const SIDE = 8;
const AREA = SIDE * SIDE;

/** Most blocks in the sample: more would not change the prediction, and take time. */
const MAX_BLOCKS = 300;

/** The basis of the discrete cosine transform, a row for each frequency. */
const BASIS = Float64Array.from({ length: AREA }, (_, at) => {
  const frequency = floor(at / SIDE);
  return (frequency ? 0.5 : SQRT1_2 / 2) * cos(((2 * (at % SIDE) + 1) * frequency * PI) / 16);
});

/** The sum of horizontal and vertical frequency, from 0 to 14. */
const FREQUENCY = Uint8Array.from({ length: AREA }, (_, at) => floor(at / SIDE) + (at % SIDE));
const FINEST = 7;

/** The energy below which a quantiser of this step drops a coefficient; steps grow with the frequency. */
const dropsBelow = (step: number): Float64Array =>
  Float64Array.from(FREQUENCY, (frequency) => 0.3 * (step * (1 + 0.3 * frequency)) ** 2);

const COARSE = dropsBelow(32);
const FINE = dropsBelow(16);

/** A block of one channel. */
type Plane = Float64Array;

const plane = (): Plane => new Float64Array(AREA);

/** The pixels of one block, and buffers for their transform. */
interface Block {
  luma: Plane;
  blue: Plane;
  red: Plane;
  rows: Plane;
  frequencies: Plane;
}

/** Reads a block as luma and colour differences. @returns whether it is opaque */
function read({ data, width, channels }: Pixels, left: number, top: number, { luma, blue, red }: Block): boolean {
  const isGrey = channels < 3;
  const alpha = channels % 2 === 0 ? channels - 1 : 0;
  for (let y = 0, to = 0; y < SIDE; y++) {
    for (let at = ((top + y) * width + left) * channels, x = 0; x < SIDE; x++, at += channels, to++) {
      if (alpha && data[at + alpha] !== 255) return false;
      const r = data[at]!;
      const g = isGrey ? r : data[at + 1]!;
      const b = isGrey ? r : data[at + 2]!;
      const light = 0.299 * r + 0.587 * g + 0.114 * b;
      luma[to] = light;
      blue[to] = b - light;
      red[to] = r - light;
    }
  }
  return true;
}

function transform({ luma, rows, frequencies }: Block): void {
  for (let k = 0; k < AREA; k += SIDE) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let n = 0; n < SIDE; n++) sum += BASIS[k + n]! * luma[n * SIDE + x]!;
      rows[k + x] = sum;
    }
  }
  for (let k = 0; k < AREA; k += SIDE) {
    for (let l = 0; l < SIDE; l++) {
      let sum = 0;
      for (let n = 0; n < SIDE; n++) sum += BASIS[l * SIDE + n]! * rows[k + n]!;
      frequencies[k + l] = sum;
    }
  }
}

function mean(values: Plane): number {
  let sum = 0;
  for (let at = 0; at < AREA; at++) sum += values[at]!;
  return sum / AREA;
}

function deviation(values: Plane): number {
  const middle = mean(values);
  let sum = 0;
  for (let at = 0; at < AREA; at++) sum += (values[at]! - middle) ** 2;
  return sqrt(sum / AREA);
}

/** Energy per pixel that is lost when every four pixels share one value. */
function lossOfSharing(values: Plane): number {
  let sum = 0;
  for (let at = 0; at < AREA; at += at % SIDE === SIDE - 2 ? SIDE + 2 : 2) {
    const [a, b, c, d] = [values[at]!, values[at + 1]!, values[at + SIDE]!, values[at + SIDE + 1]!];
    const shared = (a + b + c + d) / 4;
    sum += (a - shared) ** 2 + (b - shared) ** 2 + (c - shared) ** 2 + (d - shared) ** 2;
  }
  return sum / AREA;
}

/** The steepest step between two neighbours. */
function steepest(luma: Plane): number {
  let most = 0;
  for (let at = 0; at < AREA; at++) {
    if (at % SIDE < SIDE - 1) most = max(most, abs(luma[at + 1]! - luma[at]!));
    if (at < AREA - SIDE) most = max(most, abs(luma[at + SIDE]! - luma[at]!));
  }
  return most;
}

/** Sums over blocks. */
type Sums = Record<Exclude<keyof Detail, 'size'> | 'contrast', number>;

const NOTHING: Sums = {
  coarseLoss: 0,
  fineLoss: 0,
  faintLoss: 0,
  finest: 0,
  sharedColour: 0,
  darkColour: 0,
  edges: 0,
  brightness: 0,
  contrast: 0,
};

const DARK = 90;
const STRONG_COLOUR = 20;

function add(sums: Sums, block: Block): void {
  const { luma, blue, red, frequencies } = block;
  transform(block);
  let [variance, coarse, fine, finest] = [0, 0, 0, 0];
  for (let at = 1; at < AREA; at++) {
    const energy = frequencies[at]! ** 2 / AREA;
    variance += energy;
    if (energy < COARSE[at]! / AREA) coarse += energy;
    if (energy < FINE[at]! / AREA) fine += energy;
    if (FREQUENCY[at]! >= FINEST) finest += energy;
  }
  const brightness = mean(luma);
  sums.coarseLoss += coarse / (variance + coarse + 64);
  sums.fineLoss += fine / (variance + fine + 4);
  sums.faintLoss += fine / (variance + fine + 1);
  sums.finest += finest / (variance + 4);
  sums.sharedColour += sqrt(lossOfSharing(blue) + lossOfSharing(red)) / (brightness + 20);
  if (brightness < DARK && deviation(blue) + deviation(red) > STRONG_COLOUR) sums.darkColour++;
  sums.edges += steepest(luma);
  sums.contrast += sqrt(variance);
  sums.brightness += brightness;
}

/** Keeps a logarithm of a share finite. */
const logOf = (share: number): number => log(share + 0.05);
