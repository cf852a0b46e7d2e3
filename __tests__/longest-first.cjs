const Sequencer = require('@jest/test-sequencer').default;

/** Files that take longest, the longest first: the last ones that run alone would leave a core idle. */
const LONGEST = ['playground/original', 'scripts/start', 'scripts/warm', 'scripts/smoke', 'edge/grammar'];

const rankOf = ({ path }) => {
  const rank = LONGEST.findIndex((name) => path.includes(`${name}.`));
  return rank < 0 ? LONGEST.length : rank;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    // What Jest remembers of the last run decides about the others, and nothing in a fresh clone.
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
};
