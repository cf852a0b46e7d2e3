import { createHash, createHmac } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { format } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import type { CloudFrontFunctionOutcome, Engine } from './function';

/** Ends an endless loop, and waiting for what never comes. */
const TIMEOUT_MS = 1_000;

/** Calls the handler; JSON goes in and comes out, so that no object of ours is within its reach. */
const CALL = `try {
  Promise.resolve(handler(JSON.parse(event))).then(
    (value) => answer(JSON.stringify(value === undefined ? null : value)),
    (error) => fail(String(error)),
  );
} catch (error) { fail(String(error)); }`;

/** The functions of the runtime's modules that CloudFront lists. DG: functions-javascript-runtime-20. */
const MODULES: Readonly<Record<string, object>> = {
  crypto: { createHash, createHmac },
  querystring: { parse, stringify },
};

/** Runs one event in a new context of Node, with the language's globals alone. */
const runInVm: Engine['run'] = (code, event, log) =>
  new Promise<CloudFrontFunctionOutcome>((resolve) => {
    const fail = (message: string) => resolve({ kind: 'exception', message: message.replaceAll(/\s+/g, ' ') });
    const globals = {
      event,
      answer: (json: string) => resolve({ kind: 'answer', value: JSON.parse(json) as unknown }),
      fail,
      require: (name: string) => {
        if (!Object.hasOwn(MODULES, name)) throw new Error(`Cannot find module "${name}"`);
        return MODULES[name];
      },
      console: { log: (...values: unknown[]) => log(format(...values)) },
    };
    const context = createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    try {
      runInContext(`${code}\n;${CALL}`, context, { timeout: TIMEOUT_MS });
    } catch (error) {
      fail(String(error));
    }
    setTimeout(() => fail('ended without an answer'), TIMEOUT_MS).unref();
  });

/** The engine where njs is missing. */
export const vmEngine: Engine = { name: 'vm', run: runInVm, close: async () => undefined };
