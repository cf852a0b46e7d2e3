/** Places in a picture, as the points of the compass. */
import type { Gravity } from '../../variant';

export type Compass = Exclude<Gravity, 'focus' | 'attention' | 'entropy'>;

/** -1 for left or top, 0 for the middle, 1 for right or bottom. */
type Direction = readonly [x: number, y: number];

const DIRECTIONS: Record<Compass, Direction> = {
  centre: [0, 0],
  north: [0, -1],
  northeast: [1, -1],
  east: [1, 0],
  southeast: [1, 1],
  south: [0, 1],
  southwest: [-1, 1],
  west: [-1, 0],
  northwest: [-1, -1],
};

export const COMPASS = Object.keys(DIRECTIONS) as [Compass, ...Compass[]];

export const isCompass = (gravity: string): gravity is Compass => Object.hasOwn(DIRECTIONS, gravity);

export const directionOf = (place: Compass): Direction => DIRECTIONS[place];

export const placeIn = ([x, y]: Direction): Compass =>
  COMPASS.find((place) => DIRECTIONS[place][0] === x && DIRECTIONS[place][1] === y)!;
