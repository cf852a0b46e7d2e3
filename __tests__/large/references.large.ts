import { references } from '../edge/render/references';

test.each(references())('nothing outside of an SVG is loaded for $place, $way', ({ expectIgnored }) => expectIgnored());
