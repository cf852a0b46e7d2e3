// Plain JavaScript, because it runs before anything is installed: `npm start` and `npm test` work on a fresh clone.
const { existsSync, statSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const installed = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');

/** Runs `npm ci`, whose output is for those who have to find out why it failed. */
function install() {
  const { stderr, env, platform } = process;
  const isTerminal = stderr.isTTY && env.TERM !== 'dumb';
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1_000);
  const show = () => stderr.write(`\r\x1b[2KInstalling dependencies, for the first time only: ${seconds()} s …\r`);
  if (isTerminal) show();
  else stderr.write('Installing dependencies, for the first time only …\n');
  const timer = setInterval(() => isTerminal && show(), 1_000);

  const child = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: platform === 'win32',
  });
  let output = '';
  const read = (chunk) => (output += chunk);
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const end = (code, message) => {
    clearInterval(timer);
    if (isTerminal) stderr.write('\r\x1b[2K');
    stderr.write(code === 0 ? `Installed dependencies in ${seconds()} s.\n` : `${message}\nnpm ci failed.\n`);
    process.exitCode = code;
  };
  child.once('error', (error) => end(1, error.message));
  child.once('close', (code) => end(code ?? 1, output.trim()));
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) install();
