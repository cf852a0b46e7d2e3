import { srgbLight } from '../../edge/render/colour/icc';
import { WEIGHTS } from './ssimulacra2-weights';

/** Not looked up for each pixel, which under Jest takes a hundred times as long as all the rest. */
const { abs, cbrt, max, min } = Math;

/** An opaque picture in sRGB: 8 bits a channel, red, green, blue, row after row. */
export interface RgbPixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Prepares a picture to be compared with others, by SSIMULACRA 2, version 2.1.
 *
 * @param reference at least 8 pixels on each side
 * @returns the score of a picture of equal width and height: 100 if it is equal, 90 where hardly anybody sees a
 * difference, 70 for high, 50 for medium, 30 for low quality; it can be negative
 * @see https://github.com/cloudinary/ssimulacra2
 */
export function scorerAgainst(reference: RgbPixels): (picture: RgbPixels) => number {
  const levels = [...pyramid(reference)].map((level) => level.planes.map((plane) => momentsOf(plane, level)));
  return (picture) => {
    if (picture.width !== reference.width || picture.height !== reference.height) {
      throw new RangeError('Pictures of different size cannot be compared.');
    }
    let sum = 0;
    let scale = 0;
    for (const level of pyramid(picture)) {
      for (const [channel, plane] of level.planes.entries()) {
        const errors = errorsBetween(levels[scale]![channel]!, momentsOf(plane, level), level);
        // The reference implementation goes through its weights without a gap, where a small picture has fewer scales.
        const weights = WEIGHTS.flat()[channel * levels.length + scale]!;
        for (const [at, error] of errors.entries()) sum += weights[at]! * error;
      }
      scale++;
    }
    return scoreOf(sum);
  };
}

/** From the weighted sum of all errors to the scale of opinions. */
function scoreOf(sum: number): number {
  const error = sum * 0.9562382616834844;
  const shaped = 2.326765642916932 * error - 0.020884521182843837 * error ** 2 + 6.248496625763138e-5 * error ** 3;
  return shaped > 0 ? 100 - 10 * shaped ** 0.6276336467831387 : 100;
}

interface Size {
  width: number;
  height: number;
}

/** A scale of a picture, as planes of X, Y, and B-Y. */
interface Level extends Size {
  planes: Float32Array[];
}

const MAX_SCALES = 6;
const MIN_SIDE = 8;

/** The picture, and halves of it, which are made of linear light. The last may be as small as half of MIN_SIDE. */
function* pyramid({ data, width, height }: RgbPixels): Generator<Level> {
  let size: Size = { width, height };
  let light = linearPlanes(data);
  for (let scale = 0; scale < MAX_SCALES; scale++) {
    if (size.width < MIN_SIDE || size.height < MIN_SIDE) return;
    if (scale > 0) {
      const from = size;
      size = { width: Math.ceil(from.width / 2), height: Math.ceil(from.height / 2) };
      light = light.map((plane) => halve(plane, from, size));
    }
    yield { ...size, planes: toXyb(light) };
  }
}

const LINEAR = Float32Array.from({ length: 256 }, (_, level) => srgbLight(level / 255));

function linearPlanes(data: Uint8Array): Float32Array[] {
  const count = data.length / 3;
  return [0, 1, 2].map((channel) => {
    const plane = new Float32Array(count);
    for (let at = 0, from = channel; at < count; at++, from += 3) plane[at] = LINEAR[data[from]!]!;
    return plane;
  });
}

/** The mean of each four pixels; the last row or column replaces a missing one. */
function halve(plane: Float32Array, from: Size, to: Size): Float32Array {
  const half = new Float32Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const upper = 2 * y * from.width;
    const lower = min(2 * y + 1, from.height - 1) * from.width;
    for (let x = 0; x < to.width; x++) {
      const left = 2 * x;
      const right = min(left + 1, from.width - 1);
      const sum = plane[upper + left]! + plane[upper + right]! + plane[lower + left]! + plane[lower + right]!;
      half[y * to.width + x] = sum / 4;
    }
  }
  return half;
}

/** Cone responses to linear sRGB, in the colour space XYB of JPEG XL. */
const CONES = [
  [0.3, 0.622, 0.078],
  [0.23, 0.692, 0.078],
  [0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821],
] as const;
const BIAS = 0.0037930732552754493;
const ROOT_OF_BIAS = cbrt(BIAS);

/** X, Y and B-Y, each moved and stretched to about 0 to 1. */
function toXyb([red, green, blue]: Float32Array[]): Float32Array[] {
  const count = red!.length;
  const [xs, ys, bs] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const [long, middle, short] = CONES;
  for (let at = 0; at < count; at++) {
    const r = red![at]!;
    const g = green![at]!;
    const b = blue![at]!;
    const l = cbrt(long[0] * r + long[1] * g + long[2] * b + BIAS) - ROOT_OF_BIAS;
    const m = cbrt(middle[0] * r + middle[1] * g + middle[2] * b + BIAS) - ROOT_OF_BIAS;
    const s = cbrt(short[0] * r + short[1] * g + short[2] * b + BIAS) - ROOT_OF_BIAS;
    const luma = (l + m) / 2;
    xs[at] = ((l - m) / 2) * 14 + 0.42;
    ys[at] = luma + 0.01;
    bs[at] = s - luma + 0.55;
  }
  return [xs, ys, bs];
}

/** A plane with what is compared of it: local means, and local means of squares. */
interface Moments {
  plane: Float32Array;
  mean: Float32Array;
  square: Float32Array;
}

const momentsOf = (plane: Float32Array, size: Size): Moments => ({
  plane,
  mean: blur(plane, size),
  square: blur(multiply(plane, plane), size),
});

function multiply(a: Float32Array, b: Float32Array): Float32Array {
  const product = new Float32Array(a.length);
  for (let at = 0; at < a.length; at++) product[at] = a[at]! * b[at]!;
  return product;
}

/** Keeps the division by two small variances in bounds. */
const STABILITY = 0.0009;

/** Means and 4-norms of the three maps of errors, in the order of the weights. */
function errorsBetween(reference: Moments, picture: Moments, size: Size): number[] {
  const product = blur(multiply(reference.plane, picture.plane), size);
  const count = product.length;
  let structure1 = 0;
  let structure4 = 0;
  let artefact1 = 0;
  let artefact4 = 0;
  let lost1 = 0;
  let lost4 = 0;
  for (let at = 0; at < count; at++) {
    const mean1 = reference.mean[at]!;
    const mean2 = picture.mean[at]!;
    const difference = mean1 - mean2;
    const covariance = product[at]! - mean1 * mean2;
    const variances = reference.square[at]! - mean1 * mean1 + (picture.square[at]! - mean2 * mean2);
    const likeness = ((1 - difference * difference) * (2 * covariance + STABILITY)) / (variances + STABILITY);
    const structure = max(0, 1 - likeness);
    structure1 += structure;
    structure4 += structure * structure * structure * structure;
    const edge1 = abs(reference.plane[at]! - mean1);
    const edge2 = abs(picture.plane[at]! - mean2);
    const change = (1 + edge2) / (1 + edge1) - 1;
    if (change > 0) {
      artefact1 += change;
      artefact4 += change * change * change * change;
    } else {
      lost1 -= change;
      lost4 += change * change * change * change;
    }
  }
  const norm = (sum: number) => (sum / count) ** 0.25;
  return [structure1 / count, artefact1 / count, lost1 / count, norm(structure4), norm(artefact4), norm(lost4)];
}

/** Standard deviation of the blur, in pixels. */
const SIGMA = 1.5;

/**
 * Half of the blur's symmetric kernel, from the middle outwards: a sum of three cosines that comes near to a Gaussian.
 *
 * @see Charalampidis, "Recursive implementation of the Gaussian filter using truncated cosine functions", 2016, of which
 * the numbers in brackets are the equations
 */
const KERNEL = ((): number[] => {
  const radius = Math.round(3.2795 * SIGMA + 0.2546); // (57)
  const [w1, w3, w5] = [1, 3, 5].map((k) => (k * Math.PI) / (2 * radius)) as [number, number, number];
  const [p1, p3, p5] = [1 / Math.tan(w1 / 2), -1 / Math.tan(w3 / 2), 1 / Math.tan(w5 / 2)]; // (37)
  const [r1, r3, r5] = [p1 ** 2 / Math.sin(w1), -(p3 ** 2) / Math.sin(w3), p5 ** 2 / Math.sin(w5)]; // (44)
  const [rho1, rho3, rho5] = [w1, w3, w5].map((w) => Math.exp(-(SIGMA ** 2 * w ** 2) / 2) / radius) as [
    number,
    number,
    number,
  ]; // (50)
  const d13 = p1 * r3 - r1 * p3; // (52)
  const zeta1 = (p3 * r5 - r3 * p5) / d13;
  const zeta3 = (p5 * r1 - r5 * p1) / d13;
  const betas = solve(
    [
      [p1, p3, p5],
      [r1, r3, r5],
      [zeta1, zeta3, 1],
    ],
    [1, radius ** 2 - SIGMA ** 2, zeta1 * rho1 + zeta3 * rho3 + rho5],
  ); // (53)
  return Array.from({ length: radius }, (_, n) =>
    betas.reduce((sum, beta, index) => sum + beta * Math.cos([w1, w3, w5][index]! * n), 0),
  );
})();

type Row = [number, number, number];

function determinant([a, b, c]: [Row, Row, Row]): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

/** Three linear equations, by Cramer's rule. */
function solve(matrix: [Row, Row, Row], right: Row): number[] {
  const whole = determinant(matrix);
  return [0, 1, 2].map((column) => {
    const replaced = matrix.map((row, at) => row.with(column, right[at]!)) as [Row, Row, Row];
    return determinant(replaced) / whole;
  });
}

/** Pixels on each side that the blur reaches. */
const REACH = KERNEL.length - 1;

/** Blurs in both directions. What is outside of the picture is 0, as in the reference implementation. */
function blur(plane: Float32Array, { width, height }: Size): Float32Array {
  const padded = new Float32Array((height + 2 * REACH) * width);
  const row = new Float32Array(width + 2 * REACH);
  for (let y = 0; y < height; y++) {
    row.set(plane.subarray(y * width, (y + 1) * width), REACH);
    convolve(row, REACH, 1, padded.subarray((y + REACH) * width, (y + REACH + 1) * width));
  }
  const blurred = new Float32Array(plane.length);
  convolve(padded, REACH * width, width, blurred);
  return blurred;
}

/**
 * The kernel laid over each value of `from`, beginning at `start`, whose neighbours are `step` apart. It is written out,
 * since a loop over it takes four times as long.
 */
function convolve(from: Float32Array, start: number, step: number, to: Float32Array): void {
  const [k0, k1, k2, k3, k4] = KERNEL as [number, number, number, number, number];
  for (let index = 0, at = start; index < to.length; index++, at++) {
    to[index] =
      k0 * from[at]! +
      k1 * (from[at - step]! + from[at + step]!) +
      k2 * (from[at - 2 * step]! + from[at + 2 * step]!) +
      k3 * (from[at - 3 * step]! + from[at + 3 * step]!) +
      k4 * (from[at - 4 * step]! + from[at + 4 * step]!);
  }
}
