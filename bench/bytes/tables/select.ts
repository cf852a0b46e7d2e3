import { type Class, QUALITY, type Way } from '../encoders';
import { type Point, percentile, sum } from '../curve';
import type { Measured } from '../measure';

export const WIDTHS = [320, 640, 1280];

/** The measured widths. */
export const widthsOf = (all: Measured[]): number[] =>
  WIDTHS.filter((width) => all.some((measured) => measured.width === width));

export const atWidth = (all: Measured[], width: number): Measured[] =>
  all.filter((measured) => measured.width === width);

export const ofKind = (all: Measured[], kind: Measured['kind']): Measured[] =>
  all.filter((measured) => measured.kind === kind);

export const thorough = (all: Measured[]): Measured[] => all.filter(({ isThorough }) => isThorough);

/** A variant at the default quality. */
export const asItComes = ({ ours }: Measured, way: Way, target: Class): Point => ours[way][target][QUALITY]!;

export const scores = (points: Point[]): number[] => points.map(({ score }) => score);

export const totalBytes = (points: Point[]): number => sum(points.map(({ bytes }) => bytes));

/** All pictures together, at each quality. @param share percentile of the score */
export function curveOfAll(all: Measured[], way: Way, target: Class, share: number) {
  const qualities = Object.keys(all[0]!.ours[way][target]).map(Number);
  return qualities.map((quality) => {
    const points = all.map(({ ours }) => ours[way][target][quality]!);
    return { quality, score: percentile(scores(points), share), bytes: totalBytes(points) };
  });
}

export const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);

/** A goal, and whether it is met. */
export const goal = (text: string, isMet: boolean): string => `${text}: ${isMet ? 'met' : 'missed'}`;
