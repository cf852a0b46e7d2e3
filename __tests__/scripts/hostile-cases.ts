import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { smoke } from '../../scripts/smoke';
import { warm } from '../../scripts/warm';
import type { Running } from '../local/running';
import { execute } from './command';
import { endless, hostile, obeyed, slow } from './hostile';

/** Answers that are larger than a script reads, each in another way. */
export const OVERSIZED: Record<string, (response: ServerResponse) => void> = {
  'without an end': (response) => endless(response, Buffer.from(`<html>${' '.repeat(2 ** 20)}`)),
  'larger once the web’s compression is undone': (response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(60e6, '<html>'))),
  'larger once it is unpacked': (response) => response.end(gzipSync(Buffer.alloc(60e6, '<html>'))),
  'that is all one element, unpacked': (response) => response.end(gzipSync(`<urlset>${'a'.repeat(60e6)}`)),
  'that is all keys, unpacked': (response) => response.end(gzipSync(Buffer.alloc(60e6, 'a.jpg\n'))),
};

/** What a hostile distribution answers to a check. */
export const DISTRIBUTIONS: Record<string, (response: ServerResponse) => void> = {
  'whose bodies have no end': (response) => endless(response),
  'whose bodies trickle': (response) => slow(response),
  'that redirects elsewhere': (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  'with escape sequences in its headers': (response) =>
    response.writeHead(200, { 'x-resizer-error': '\u009b2J', 'content-type': '\u009b31m' }).end(),
};

/** Checks that `warm` refuses a sitemap. @param name one of OVERSIZED */
export async function expectOversizedRefused(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'oversized-'));
  const distribution = await hostile((_, response) => response.writeHead(404).end());
  const site = await hostile((_, response) => OVERSIZED[name]!(response));
  try {
    const args = ['--sizes', '320w', '--accept', 'auto', '--failures', join(folder, 'failures'), '--dry-run', '--json'];
    const { stderr } = await execute(warm, [distribution.url, '--keys', `${site.url}/map.xml`, ...args]);
    // On a loaded machine it says in the meantime how far it is.
    expect(stderr.replaceAll(/^\d+ requests so far\n/gm, '')).toBe(
      `${site.url}/map.xml cannot be read: it is larger than 50 MB.\n`,
    );
  } finally {
    await Promise.all([distribution.close(), site.close()]);
    rmSync(folder, { recursive: true });
  }
}

/** Checks that `smoke` ends, and prints nothing that a terminal obeys. @param name one of DISTRIBUTIONS */
export async function expectSmokeEnds(name: string, local: Running): Promise<void> {
  const server = await hostile((_, response) => DISTRIBUTIONS[name]!(response));
  try {
    const { buckets, environment } = local;
    // A body that trickles is waited for each time.
    const timeout = name === 'whose bodies trickle' ? '1' : '10';
    const args = [server.url, '--bucket', buckets.originals, '--timeout', timeout, '--no-overwrite'];
    const { code, stdout, stderr } = await execute(smoke, args, environment);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^\d+ promises are kept, [1-9]\d* broken;/m);
    expect(obeyed(stdout)).toEqual([]);
  } finally {
    await server.close();
  }
}
