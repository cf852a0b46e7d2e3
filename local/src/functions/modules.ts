/**
 * The modules that CloudFront Functions can import. Both engines run scripts, so an import becomes a variable.
 * DG: functions-javascript-runtime-20, functions-custom-methods.
 */

/** An import at the start of the code. */
const IMPORT = /^\s*import\s+([\w$]+)\s+from\s*(['"])([\w-]+)\2\s*;?/;

/** What a function can read beside its event. */
export interface RuntimeContext {
  /** How far its clock is ahead of the machine's, in milliseconds. */
  clockOffset: number;
  /** Its KeyValueStore, as far as changes have reached the edge; undefined for none. */
  store: Readonly<Record<string, string>> | undefined;
}

/** Whether code reads a KeyValueStore. */
export const importsStore = (code: string): boolean =>
  importsOf(code).imports.some(({ name }) => name === 'cloudfront');

function importsOf(code: string): { imports: { variable: string; name: string }[]; rest: string } {
  const imports: { variable: string; name: string }[] = [];
  let rest = code;
  for (let found = IMPORT.exec(rest); found; found = IMPORT.exec(rest)) {
    imports.push({ variable: found[1]!, name: found[3]! });
    rest = rest.slice(found[0].length);
  }
  return { imports, rest };
}

/** Turns a function's module into a script with its imports and its clock. */
export function asScript(code: string, { clockOffset, store }: RuntimeContext): string {
  const { imports, rest } = importsOf(code);
  const modules: Readonly<Record<string, string>> = {
    cloudfront: cloudFrontModule(store),
    crypto: "require('crypto')",
    querystring: "require('querystring')",
  };
  const lines = imports.map(({ variable, name }) =>
    Object.hasOwn(modules, name)
      ? `var ${variable} = ${modules[name]!};`
      : `throw new Error('There is no module ${name}');`,
  );
  return [...(clockOffset === 0 ? [] : [shiftedClock(clockOffset)]), ...lines, rest].join('\n');
}

const cloudFrontModule = (store: RuntimeContext['store']): string => `(function (store) {
  function has(key) { return Object.prototype.hasOwnProperty.call(store, key); }
  return {
    kvs: function () {
      if (!store) throw new Error('No KeyValueStore is associated with the function');
      return {
        get: async function (key, options) {
          if (!has(key)) throw new Error('KeyNotFound');
          return options && options.format === 'json' ? JSON.parse(store[key]) : store[key];
        },
        exists: async function (key) { return has(key); },
        meta: async function () { return { keyCount: Object.keys(store).length }; }
      };
    }
  };
})(${store ? `JSON.parse(${JSON.stringify(JSON.stringify(store))})` : 'null'})`;

/** Replaces the engine's `Date` by one that is ahead. */
const shiftedClock = (offset: number): string => `(function (Original) {
  function now() { return Original.now() + ${offset}; }
  function Shifted(a, b, c, d, e, f, g) {
    if (!(this instanceof Shifted)) return new Original(now()).toString();
    if (arguments.length === 0) return new Original(now());
    if (arguments.length === 1) return new Original(a);
    return new Original(a, b, c === undefined ? 1 : c, d || 0, e || 0, f || 0, g || 0);
  }
  Shifted.now = now;
  Shifted.parse = Original.parse;
  Shifted.UTC = Original.UTC;
  Shifted.prototype = Original.prototype;
  Date = Shifted;
})(Date);`;
