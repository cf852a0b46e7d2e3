const { ModuleMocker } = require('jest-mock');
const vm = require('node:vm');
const { makeFileFolder, removeFolder } = require('./temporary.ts');

/** Stands for the context that the process has anyway. */
const OWN_CONTEXT = {};

/** What Jest keeps in symbols of the global object while a file runs. Packages keep things there, too, for good. */
const OF_ONE_FILE = /^(JEST_STATE_SYMBOL|EVENT_HANDLERS|TEST_TIMEOUT_SYMBOL)$/;

const { compileFunction } = vm;
vm.compileFunction = (code, params, { parsingContext, ...options }) =>
  compileFunction(code, params, parsingContext === OWN_CONTEXT ? options : { ...options, parsingContext });

// Jest warns of a worker that is still there 500 ms after its last file, as if something were left open; that much it takes a
// loaded machine to free its memory. One with something left open does not get here.
if (process.send) process.once('beforeExit', () => process.exit());

/**
 * Runs test files in the global context of the worker, and not each in a sandbox, where the look-up of a global takes
 * 0.44 µs, and where packages would have to be loaded for each file. What a file does to environment
 * variables, and what it writes into the folder for temporary files, ends with it.
 */
module.exports = class {
  #env = process.env;
  #variables = { ...process.env };
  #process = Object.getOwnPropertyDescriptors(process);
  #console = console;

  constructor() {
    // Whatever becomes of a test, its temporary files go with this folder.
    this.folder = process.env.TMPDIR = makeFileFolder();
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
  }

  async setup() {}

  async teardown() {
    // A test may have put another object in its place.
    process.env = this.#env;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    for (const name of ['exit', 'getBuiltinModule']) Object.defineProperty(process, name, this.#process[name]);
    globalThis.console = this.#console;
    for (const key of Object.getOwnPropertySymbols(globalThis))
      if (OF_ONE_FILE.test(key.description)) delete globalThis[key];
    removeFolder(this.folder);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return OWN_CONTEXT;
  }
};
