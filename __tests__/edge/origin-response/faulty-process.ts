import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseConfig } from '../../../edge/config/schema';
import { originResponseSettings } from '../../../edge/config/settings';
import { bundleOriginResponse } from '../../../stack/bundle';

/** How a process that renders goes wrong. */
export type Fault =
  | 'cannot start'
  | 'hangs at start'
  | 'crashes'
  | 'hangs'
  | 'writes bytes'
  | 'writes no reply'
  | 'writes a page'
  | 'writes without end'
  | 'announces too much'
  | 'works';

/** Stands before the process's own code. The first fault of the list is that of this process. */
const code = (folder: string): string => `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { Socket } = require('node:net');
const faults = JSON.parse(readFileSync('${folder}/faults', 'utf8'));
const fault = faults[0];
if (faults.length > 1) writeFileSync('${folder}/faults', JSON.stringify(faults.slice(1)));
appendFileSync('${folder}/pids', process.pid + '\\n');
const write = Socket.prototype.write;
const frame = (json, bodyBytes, body = '') => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(json.length, 0);
  head.writeUInt32BE(bodyBytes, 4);
  return Buffer.concat([head, Buffer.from(json), Buffer.from(body)]);
};
const onceBegun = {
  crashes: () => process.abort(),
  hangs: () => {
    writeFileSync('${folder}/hanging', String(process.pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  'writes bytes': (socket) => write.call(socket, Buffer.alloc(1e6, 'x')),
  'writes no reply': (socket) => write.call(socket, frame('{"kind":"rendered","width":-1}', 1, 'x')),
  'writes a page': (socket) =>
    write.call(socket, frame('{"kind":"rendered","contentType":"text/html","width":1,"height":1,"frames":1}', 4, '<p/>')),
  'writes without end': (socket) => { for (let at = 0; at < 1000; at++) write.call(socket, frame('{"kind":"begun"}', 0)); },
  'announces too much': (socket) => write.call(socket, frame('{}', 0xffffffff)),
};
Socket.prototype.write = function (...args) {
  const result = write.apply(this, args);
  // Once this is on its way.
  if (String(args[0]).includes('"begun"') && onceBegun[fault]) setTimeout(onceBegun[fault], 20, this);
  return fault in onceBegun && String(args[0]).includes('"rendered"') ? true : result;
};
if (fault === 'cannot start') throw new Error('cannot start');
else if (fault === 'hangs at start') setInterval(() => undefined, 1000);
else require('./own.js');
`;

/** Sets the memory of the function whose code is in an asset, as a template has it. */
function setMemory(cdkOut: string, memoryMb: number): void {
  const file = join(
    cdkOut,
    readdirSync(cdkOut).find((name) => name.endsWith('.template.json'))!,
  );
  const text = readFileSync(file, 'utf8');
  const { memoryMb: standard } = parseConfig({}).stack;
  writeFileSync(file, text.replace(`"MemorySize": ${standard}`, `"MemorySize": ${memoryMb}`));
}

/** The app that the tests share, with a process that renders whose faults and numbers are in the hands of a test. */
export function faultyApp({ seconds, memoryMb }: { seconds: number; memoryMb: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'faulty-'));
  const cdkOut = join(folder, 'cdk.out');
  cpSync(process.env['CDK_OUT']!, cdkOut, { recursive: true });
  setMemory(cdkOut, memoryMb);
  const asset = readdirSync(cdkOut)
    .map((name) => join(cdkOut, name))
    .find((path) => existsSync(join(path, 'render.js')))!;
  const { generation } = originResponseSettings(parseConfig({}), memoryMb);
  bundleOriginResponse(
    { ...originResponseSettings(parseConfig({ limits: { seconds } }), memoryMb), generation },
    asset,
  );
  renameSync(join(asset, 'render.js'), join(asset, 'own.js'));
  writeFileSync(join(asset, 'render.js'), code(folder));
  writeFileSync(join(folder, 'faults'), '["works"]');
  writeFileSync(join(folder, 'pids'), '');
  const pids = () => readFileSync(join(folder, 'pids'), 'utf8').split('\n').filter(Boolean).map(Number);
  return {
    cdkOut,
    remove: () => rmSync(folder, { recursive: true }),
    /** The processes that were started, the latest last. */
    pids,
    /** Ends the process that is there, so that the ones after it have these faults, the last of them for good. */
    replace(...faults: Fault[]): void {
      writeFileSync(join(folder, 'faults'), JSON.stringify(faults));
      try {
        process.kill(pids().at(-1)!, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    },
    /** Waits until the process hangs over a picture. @returns its id */
    async hanging(): Promise<number> {
      const file = join(folder, 'hanging');
      while (!existsSync(file) || Number(readFileSync(file, 'utf8')) !== pids().at(-1)) await setTimeout(5);
      return pids().at(-1)!;
    },
  };
}
