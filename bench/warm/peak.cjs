// Preloaded into a process, it tells at the end what memory that came to, in kilobytes, on a line of standard error.
// The kernel's mark of this process: `process.resourceUsage().maxRSS` would be inherited from the one that started it.
'use strict';

const { readFileSync, writeSync } = require('node:fs');

process.once('exit', () => {
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'));
  writeSync(2, `peak ${kilobytes}\n`);
});
