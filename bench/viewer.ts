import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../edge/config';
import { CLOUDFRONT_FUNCTION } from '../edge/limits';
import { viewerRequestSettings } from '../edge/settings';
import { bundleViewerRequest } from '../stack/bundle';
import type { Bench } from './bench';
import { median, ratio } from './side-by-side';

const AVIF = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';

/** Every form of a URL, and what is refused: path, query, `Accept`. */
const REQUESTS: [uri: string, query: Record<string, string>, accept: string][] = [
  ['/a/b.jpg/300x300-cover-centre.auto.avif', {}, AVIF],
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

const LOOPS = 2_000;

const EMPTY = 'function handler(event) { return event.request; }';

/** Calls the handler as often as there are requests, again and again, and prints the microseconds of one call. */
const LOOP = `
var requests = ${JSON.stringify(REQUESTS)};
var start = Date.now();
for (var loop = 0; loop < ${LOOPS}; loop++) {
  for (var i = 0; i < requests.length; i++) {
    var query = {};
    for (var name in requests[i][1]) query[name] = { value: requests[i][1][name] };
    handler({ version: '1.0', request: { method: 'GET', uri: requests[i][0], querystring: query,
      headers: { accept: { value: requests[i][2] } }, cookies: {} } });
  }
}
console.log((Date.now() - start) * 1000 / ${LOOPS} / requests.length);
`;

export const viewer: Bench = {
  about: 'The built CloudFront Function in njs, over a mix of all forms of URLs, against a handler that does nothing.',
  async run({ runs }) {
    const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
    const code = bundleViewerRequest(viewerRequestSettings(parseConfig({})));
    const measure = (name: string): number =>
      Number(execFileSync('njs', [join(folder, name)], { encoding: 'utf8' }).trim());
    writeFileSync(join(folder, 'ours.js'), code + LOOP);
    writeFileSync(join(folder, 'empty.js'), EMPTY + LOOP);
    const ours: number[] = [];
    const empty: number[] = [];
    for (let run = 0; run < runs; run++) {
      ours.push(measure('ours.js'));
      empty.push(measure('empty.js'));
    }
    rmSync(folder, { recursive: true });
    const over = ours.map((value, run) => value - empty[run]!);
    const micro = (values: number[]) => median(values).toFixed(1);
    return [
      {
        title: 'A request at viewer-request, microseconds',
        head: ['ours', 'empty handler', 'over it (least–most)', 'ratio', 'bytes of code', 'of the limit'],
        rows: [
          [
            micro(ours),
            micro(empty),
            `${micro(over)} (${Math.min(...over).toFixed(1)}–${Math.max(...over).toFixed(1)})`,
            ratio(ours, empty),
            Buffer.byteLength(code),
            `${((Buffer.byteLength(code) / CLOUDFRONT_FUNCTION.codeBytes) * 100).toFixed(0)} %`,
          ],
        ],
      },
    ];
  },
};
