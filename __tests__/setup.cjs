// Jest compares buffers byte by byte in JavaScript: seconds for a picture.
expect.addEqualityTesters([(a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined)]);
