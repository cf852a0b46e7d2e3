const { createRequire, isBuiltin } = require('node:module');
const Runtime = require('jest-runtime').default;

/** Names of packages: not those of files, of Node's own modules, and of what Jest itself provides or maps to sources. */
const isPackage = (name) =>
  /^[^./]/.test(name) && !isBuiltin(name) && !/^(@jest\/globals|cloudfront-image-resizer-local)$/.test(name);

/** Loads packages once in a worker, and not once in a file. The sources of this project are loaded anew by each file. */
module.exports = class extends Runtime {
  requireModuleOrMock(from, name) {
    return isPackage(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }
};
