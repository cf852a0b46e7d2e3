import autocannon from 'autocannon';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';
import type { Bench } from './bench';
import { withLocal } from './local';
import { median, ratio } from './side-by-side';

const SECONDS = 3;
const CONNECTIONS = 16;

async function perSecond(url: string): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx + errors} requests failed.`);
  return requests.average;
}

export const hit: Bench = {
  about: 'Requests a second for a variant that is cached: the local distribution against a server of static files.',
  async run({ photographs, runs }) {
    const photo = await photographs.ofMegapixels(1);
    return withLocal(async (local) => {
      await local.put('photo.jpg', photo);
      const variant = Buffer.from(await (await fetch(`${local.url}/320w/photo.jpg`)).arrayBuffer());
      const folder = mkdtempSync(join(tmpdir(), 'bench-hit-'));
      writeFileSync(join(folder, 'photo.jpg'), variant);
      const server = createServer(sirv(folder));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const ours: number[] = [];
      const files: number[] = [];
      for (let at = 0; at < runs; at++) {
        ours.push(await perSecond(`${local.url}/320w/photo.jpg`));
        files.push(await perSecond(`http://127.0.0.1:${(server.address() as AddressInfo).port}/photo.jpg`));
      }
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
      return [
        {
          title: 'Requests a second for a cached variant',
          head: ['local distribution', 'sirv', 'ratio'],
          rows: [[median(ours).toFixed(0), median(files).toFixed(0), ratio(ours, files)]],
        },
      ];
    });
  },
};
