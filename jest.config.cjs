const { availableParallelism } = require('node:os');

// AWS's switch for its warning that the SDK will soon want a newer Node than the one that the tests run on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// CloudFormation's validator takes ten seconds in each process that synthesises: only the tests that are about it turn it on.
process.env.CDK_VALIDATION = 'false';

process.env.CDK_CONTEXT_JSON = JSON.stringify({
  // So do stack traces of where each construct was made, which Jest maps to the sources.
  'aws:cdk:disable-creation-stack-traces': true,
  // And copies of sharp: assets stay where they were made, in the folder for temporary files; `STAGED` is for tests of copies.
  'aws:cdk:disable-asset-staging': true,
});

// esbuild would leave a thread and a process of its own in each file that bundles, and the workers would not end.
process.env.ESBUILD_WORKER_THREADS = '0';

/** Packages that come as ES modules alone, which Jest cannot load as they are. */
const ES_MODULES = 'chokidar|readdirp|thumbhash';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/__tests__/environment.cjs',
  runtime: '<rootDir>/__tests__/runtime.cjs',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/global-teardown.ts',
  // The source in place of the build.
  moduleNameMapper: { '^cloudfront-image-resizer-local$': '<rootDir>/local/src/index.ts' },
  testTimeout: 300_000,
  setupFilesAfterEnv: ['<rootDir>/__tests__/setup.cjs'],
  testSequencer: '<rootDir>/__tests__/longest-first.cjs',
  // Tests wait for time limits and for other processes, so that as many as there are cores would leave these idle.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    [`/node_modules/(?:${ES_MODULES})/.*\\.js$`]: ['@swc/jest', { jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES})/)`],
};
