import { PROPERTIES, expectRefused } from '../stack/escape-hatches';

test.each(Object.keys(PROPERTIES))(
  'what an escape hatch does to the function at the edge is refused at synthesis: %s',
  (name) => expectRefused(name),
);
