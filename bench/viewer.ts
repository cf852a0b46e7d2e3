import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../edge/config/schema';
import { CLOUDFRONT_FUNCTION } from '../edge/limits';
import { viewerRequestSettings } from '../edge/config/settings';
import { bundleViewerRequest } from '../stack/bundle';
import type { Bench } from './bench';
import { median, ratio } from './side-by-side';

const AVIF = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';

/** A key of 300 characters, each three bytes of UTF-8 and nine of a path. */
const JAPANESE = encodeURIComponent('海と山の写真'.repeat(50));

/** Path, query, `Accept`. */
type Request = [uri: string, query: Record<string, string>, accept: string];

/** Every form of URL, and refused requests. */
const REQUESTS: Request[] = [
  ['/a/b.jpg/300x300-cover-focus.auto.avif', {}, AVIF],
  ['/a/b.jpg', { w: '640' }, AVIF],
  ['/a/b.jpg', { w: '300', h: '300', fit: 'inside' }, 'image/webp,*/*'],
  ['/a/b.jpg', { d: '300x300', g: 'attention' }, AVIF],
  ['/a/b.jpg', { size: 'thumb', utm_source: 'mail' }, '*/*'],
  ['/a/b.jpg', { width: '640', format: 'webp', quality: '75' }, AVIF],
  ['/300x300/abc.jpg', {}, AVIF],
  ['/640w/a/b.jpg', {}, AVIF],
  ['/320w@2x/a/b%20c.jpg', {}, AVIF],
  ['/produs_227613/360x270/img.AZ70KuRzw9.jpg', {}, AVIF],
  ['/a/%E6%B5%B7/b.jpg', {}, AVIF],
  ['/301x300/a.jpg', {}, AVIF],
  ['/a/../b.jpg', {}, AVIF],
];

/** Requests whose time must not grow faster than their keys. */
const LONG_KEYS: Request[] = [
  [`/${JAPANESE}.jpg/300x300-cover-focus.auto.avif`, {}, AVIF],
  [`/${JAPANESE}.jpg`, { w: '640' }, AVIF],
  [`/300x300/${JAPANESE}.jpg`, {}, AVIF],
];

const CALLS = 26_000;

const EMPTY = 'function handler(event) { return event.request; }';

/** Calls the handler for some requests, again and again, and prints the microseconds of one call. */
const loopOf = (requests: Request[], calls: number): string => `
var requests = ${JSON.stringify(requests)};
var loops = ${Math.ceil(calls / requests.length)};
var start = Date.now();
for (var loop = 0; loop < loops; loop++) {
  for (var i = 0; i < requests.length; i++) {
    var query = {};
    for (var name in requests[i][1]) query[name] = { value: requests[i][1][name] };
    handler({ version: '1.0', request: { method: 'GET', uri: requests[i][0], querystring: query,
      headers: { accept: { value: requests[i][2] } }, cookies: {} } });
  }
}
console.log((Date.now() - start) * 1000 / loops / requests.length);
`;

const MIXES: [name: string, requests: Request[], calls: number][] = [
  ['all forms', REQUESTS, CALLS],
  ['Japanese keys of 300 characters', LONG_KEYS, CALLS / 10],
];

export const viewer: Bench = {
  about: 'The built CloudFront Function in njs, over a mix of all forms of URLs, against a handler that does nothing.',
  async run({ runs }) {
    const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
    const code = bundleViewerRequest(viewerRequestSettings(parseConfig({})));
    const measure = (handler: string, requests: Request[], calls: number): number => {
      const script = join(folder, 'handler.js');
      writeFileSync(script, handler + loopOf(requests, calls));
      return Number(execFileSync('njs', [script], { encoding: 'utf8' }).trim());
    };
    const micro = (values: number[]) => median(values).toFixed(1);
    const rows = MIXES.map(([name, requests, calls]) => {
      const ours: number[] = [];
      const empty: number[] = [];
      for (let run = 0; run < runs; run++) {
        ours.push(measure(code, requests, calls));
        empty.push(measure(EMPTY, requests, calls));
      }
      const over = ours.map((value, run) => value - empty[run]!);
      return [
        name,
        micro(ours),
        micro(empty),
        `${micro(over)} (${Math.min(...over).toFixed(1)}–${Math.max(...over).toFixed(1)})`,
        ratio(ours, empty),
      ];
    });
    rmSync(folder, { recursive: true });
    const bytes = Buffer.byteLength(code);
    return [
      {
        title: 'A request at viewer-request, microseconds',
        head: ['requests', 'ours', 'empty handler', 'over it (least–most)', 'ratio'],
        rows,
      },
      {
        title: 'Code of the function',
        head: ['bytes', 'of the limit'],
        rows: [[bytes, `${((bytes / CLOUDFRONT_FUNCTION.codeBytes) * 100).toFixed(0)} %`]],
      },
    ];
  },
};
