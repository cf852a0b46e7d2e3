/** The long runs of `npm run check:large`. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['**/*.large.ts'],
  testTimeout: 900_000,
};
