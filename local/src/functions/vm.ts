import { createHash, createHmac } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { format } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import type { CloudFrontFunctionOutcome, Engine } from './function';

/** Ends an endless loop, and a promise that never settles. */
const TIMEOUT_MS = 1_000;

/** Calls the handler with JSON in and out, so that it cannot reach objects outside its context. */
const CALL = `try {
  Promise.resolve(handler(JSON.parse(event))).then(
    (value) => answer(JSON.stringify(value === undefined ? null : value)),
    (error) => fail(String(error)),
  );
} catch (error) { fail(String(error)); }`;

/** DG: functions-javascript-runtime-20. */
const MODULES: Readonly<Record<string, object>> = {
  crypto: { createHash, createHmac },
  querystring: { parse, stringify },
};

/** Runs one event in a new context with nothing but the language's globals. */
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

/** Node's `vm`, for machines without njs. It allows more than CloudFront does. */
export const vmEngine: Engine = { name: 'vm', run: runInVm, close: async () => undefined };
