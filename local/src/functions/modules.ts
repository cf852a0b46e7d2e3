/**
 * What the runtime of CloudFront Functions has to import. Here both engines run scripts, not modules, so an import becomes
 * a variable. DG: functions-javascript-runtime-20, functions-custom-methods.
 */

/** Imports stand before all else. */
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

/** The code of a function as a script that both engines read, with its imports and its clock. */
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
  return [...(clockOffset === 0 ? [] : [movedClock(clockOffset)]), ...lines, rest].join('\n');
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

/** Puts a `Date` of another time in the place of the engine's own. */
const movedClock = (offset: number): string => `(function (Own) {
  function now() { return Own.now() + ${offset}; }
  function Moved(a, b, c, d, e, f, g) {
    if (!(this instanceof Moved)) return new Own(now()).toString();
    if (arguments.length === 0) return new Own(now());
    if (arguments.length === 1) return new Own(a);
    return new Own(a, b, c === undefined ? 1 : c, d || 0, e || 0, f || 0, g || 0);
  }
  Moved.now = now;
  Moved.parse = Own.parse;
  Moved.UTC = Own.UTC;
  Moved.prototype = Own.prototype;
  Date = Moved;
})(Date);`;
