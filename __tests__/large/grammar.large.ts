import { properties } from '../edge/grammar-properties';

// Another seed each time; fast-check prints the one that fails.
test.each(Object.entries(properties))('%s, in a hundred times as many requests', (_, holds) =>
  expect(() => holds({ times: 100, seed: Date.now() | 0 })).not.toThrow(),
);
