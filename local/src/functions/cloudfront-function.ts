import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import PQueue from 'p-queue';
import type { CloudFrontFunction } from './function';
import { type RuntimeContext, asScript } from './modules';
import { njsEngine } from './njs';
import { vmEngine } from './vm';

export interface CloudFrontFunctionOptions {
  name: string;
  code: string;
  /** Gets the lines that the function prints. */
  log: (line: string) => void;
  /** Clock and KeyValueStore at the time of a run; by default the machine's clock and no store. */
  context?: () => RuntimeContext;
  /** Folders to search for `njs`, in the format of the environment variable PATH. */
  path?: string;
}

/** A run takes 5 ms of a core, so more runs than cores would only wait for each other. */
const CONCURRENT_RUNS = 4;

/** Runs a CloudFront Function in njs, the engine nearest to CloudFront's; if it is not installed, in Node's `vm`. */
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

/** Escapes JSON, since engines differ in the encoding of their source. */
const toAscii = (json: string): string =>
  json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
