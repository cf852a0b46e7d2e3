import { expectInsideDrawn, references } from './references';

test.each(references(1))('nothing outside of an SVG is loaded for $place, $way', ({ expectIgnored }) =>
  expectIgnored(),
);

test('the same is drawn where it is inside of the SVG', () => expectInsideDrawn());
