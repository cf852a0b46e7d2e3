/** Fitted to photographs: `npm run bench:fit` writes this file. */
import type { Format } from '../../variant';
import type { Detail } from './detail';

/** What the quality on mozjpeg's scale has to be for the looks of the one that was asked for. */
export interface Formula {
  asked: number;
  /** Never less and never more. */
  bounds: [number, number];
  constant: number;
  weights: Record<keyof Detail, number>;
}

/** From where to where the photographs went. */
export const RANGES: Record<keyof Detail, [number, number]> = {
  coarseLoss: [-2.7833, -1.3269],
  fineLoss: [-2.2518, -1.0395],
  faintLoss: [-1.9568, -0.93929],
  finest: [-2.9314, -1.3521],
  sharedColour: [-1.7057, 1.3107],
  darkColour: [0, 0.21991],
  edges: [0.125, 1.2646],
  brightness: [0.095466, 0.67896],
  size: [10.961, 14.373],
};

/** By format; by rising quality. */
export const FORMULAS: Partial<Record<Format, Formula[]>> = {
  jpeg: [
    {
      asked: 60,
      bounds: [15, 85],
      constant: 75.781,
      weights: {
        coarseLoss: 0.7703,
        fineLoss: 2.8116,
        faintLoss: 5.9062,
        finest: 4.5826,
        sharedColour: 1.6602,
        darkColour: 17.712,
        edges: 9.3705,
        brightness: -8.8959,
        size: 0.55896,
      },
    },
    {
      asked: 76,
      bounds: [35, 94],
      constant: 90.752,
      weights: {
        coarseLoss: -0.0066496,
        fineLoss: 0.93466,
        faintLoss: 3.0676,
        finest: 3.8811,
        sharedColour: 1.8099,
        darkColour: 17.125,
        edges: 5.9902,
        brightness: -4.6698,
        size: -0.16045,
      },
    },
    {
      asked: 88,
      bounds: [60, 98],
      constant: 97.288,
      weights: {
        coarseLoss: -0.17548,
        fineLoss: 0.18187,
        faintLoss: 1.2511,
        finest: 2.8269,
        sharedColour: 1.6216,
        darkColour: 14.698,
        edges: 4.2801,
        brightness: -1.8207,
        size: -0.37386,
      },
    },
  ],
  webp: [
    {
      asked: 60,
      bounds: [15, 85],
      constant: 68.987,
      weights: {
        coarseLoss: 3.5272,
        fineLoss: 7.7603,
        faintLoss: 8.7421,
        finest: 0.11005,
        sharedColour: 0.13178,
        darkColour: 4.3755,
        edges: 3.6276,
        brightness: -7.4714,
        size: 2.166,
      },
    },
    {
      asked: 76,
      bounds: [35, 94],
      constant: 78.526,
      weights: {
        coarseLoss: -0.12968,
        fineLoss: 2.8863,
        faintLoss: 4.6343,
        finest: -0.00082628,
        sharedColour: 0.20745,
        darkColour: 5.3098,
        edges: 1.5558,
        brightness: -5.0141,
        size: 0.86193,
      },
    },
    {
      asked: 88,
      bounds: [60, 98],
      constant: 87.222,
      weights: {
        coarseLoss: -1.2024,
        fineLoss: 1.2248,
        faintLoss: 3.592,
        finest: 0.060013,
        sharedColour: 0.25547,
        darkColour: 11.544,
        edges: 1.5357,
        brightness: -3.5583,
        size: 0.40909,
      },
    },
  ],
  avif: [
    {
      asked: 60,
      bounds: [15, 85],
      constant: 78.429,
      weights: {
        coarseLoss: 6.847,
        fineLoss: 3.3227,
        faintLoss: -2.3256,
        finest: 3.9837,
        sharedColour: 1.7962,
        darkColour: 9.3957,
        edges: 6.9074,
        brightness: -3.6033,
        size: 0.40851,
      },
    },
    {
      asked: 76,
      bounds: [35, 94],
      constant: 86.105,
      weights: {
        coarseLoss: 5.3165,
        fineLoss: 3.2635,
        faintLoss: -1.1106,
        finest: 3.1543,
        sharedColour: 1.8001,
        darkColour: 15.06,
        edges: 6.1101,
        brightness: -2.9105,
        size: 0.5343,
      },
    },
    {
      asked: 88,
      bounds: [60, 98],
      constant: 92.074,
      weights: {
        coarseLoss: 1.2035,
        fineLoss: 1.4391,
        faintLoss: 0.81526,
        finest: 1.0771,
        sharedColour: 0.7674,
        darkColour: 8.3098,
        edges: 2.9558,
        brightness: -2.7363,
        size: 0.141,
      },
    },
  ],
};
