/** That a file before has done it in this worker: `expect` keeps its testers of equality. */
const IS_DONE = Symbol.for('resizer.equality-of-buffers');

// Jest compares buffers byte by byte in JavaScript: seconds for a picture.
if (!globalThis[IS_DONE]) {
  expect.addEqualityTesters([(a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined)]);
  globalThis[IS_DONE] = true;
}
