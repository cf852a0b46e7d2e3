// Plain JavaScript, because it runs while npm installs. The Node for local Lambda functions links itself as a command,
// and npm puts its commands first: every script here would run on it instead of the user's own Node.
const { rmSync } = require('node:fs');
const { join } = require('node:path');

rmSync(join(__dirname, '..', 'node_modules', '.bin', 'node'), { force: true });
