import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import PQueue from 'p-queue';
import type { CloudFrontFunction } from './function';
import { type RuntimeContext, asScript } from './modules';
import { njsEngine } from './njs';
import { vmEngine } from './vm';

/** A CloudFront Function as it stands in the template. */
export interface CloudFrontFunctionOptions {
  name: string;
  code: string;
  /** Gets what the function prints, a line at a time. */
  log: (line: string) => void;
  /** Clock and KeyValueStore at the time of a run; by default the machine's clock and no store. */
  context?: () => RuntimeContext;
  /** Folders in which `njs` is looked for, as in the environment variable of that name. */
  path?: string;
}

/** A run takes about 5 ms of a core, so more at once than there are cores would only wait for each other. */
const CONCURRENT_RUNS = 4;

/**
 * Runs the code in njs, the engine nearest to CloudFront's, where that is installed; else in a context of Node's that
 * has nothing but the language's globals, and says so.
 */
export function startCloudFrontFunction({
  name,
  code,
  log,
  context = () => ({ clockOffset: 0, store: undefined }),
  path = process.env['PATH'] ?? '',
}: CloudFrontFunctionOptions): CloudFrontFunction {
  const njs = path
    .split(delimiter)
    .map((folder) => join(folder, 'njs'))
    .find((file) => existsSync(file));
  if (njs === undefined) log(`${name}: njs is not installed, so Node runs it, which allows more than CloudFront does`);
  const engine = njs === undefined ? vmEngine : njsEngine(njs);
  const queue = new PQueue({ concurrency: CONCURRENT_RUNS });
  return {
    name,
    engine: engine.name,
    run: (event: CloudFrontFunctionsEvent) =>
      queue.add(() =>
        engine.run(asScript(code, context()), toAscii(JSON.stringify(event)), (line) => log(`${name}: ${line}`)),
      ),
    close: () => engine.close(),
  };
}

/** JSON that survives every engine's idea of the encoding of its source. */
const toAscii = (json: string): string =>
  json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
