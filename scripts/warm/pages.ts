import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/** What sitemaps may have, unpacked, and more than any page. https://www.sitemaps.org/protocol.html */
const MAX_PAGE_BYTES = 50e6;

const TOO_LARGE = `it is larger than ${MAX_PAGE_BYTES / 1e6} MB`;

const MAX_REDIRECTS = 5;

/** What is gzip, whatever its name, without that. @throws Error where there would be too much of it */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PAGE_BYTES });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? new Error(TOO_LARGE) : error;
  }
}

/** Pages and sitemaps on the web, of some hosts only: what a sitemap names is up to whoever wrote it. */
export class Pages {
  readonly #hosts: ReadonlySet<string>;
  readonly #timeoutMs: number;
  /** Pages and sitemaps on other hosts. */
  foreign = 0;

  /** @param hosts as in URLs, with a port where it is not the usual one */
  constructor(hosts: string[], timeoutMs: number) {
    this.#hosts = new Set(hosts);
    this.#timeoutMs = timeoutMs;
  }

  /** Counts those that are not. */
  isReadable(url: URL): boolean {
    const isHere = this.#hosts.has(url.host);
    if (!isHere) this.foreign += 1;
    return isHere;
  }

  /**
   * A page or sitemap, read to its end: the last of its images may be due in hours, when no answer is waited for so long.
   * @returns 'image' where that is what is there
   * @throws Error as the end of a sentence
   */
  async read(url: URL, stopped: AbortSignal): Promise<Readable | 'image'> {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(this.#timeoutMs)]);
    const answer = await this.#follow(url, signal);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    if (answer.headers.get('content-type')?.startsWith('image/')) {
      await answer.body?.cancel();
      return 'image';
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > MAX_PAGE_BYTES) throw new Error(TOO_LARGE);
      chunks.push(chunk);
    }
    return Readable.from([unpacked(Buffer.concat(chunks))], { objectMode: false });
  }

  async #follow(url: URL, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await fetch(at.href, { redirect: 'manual', signal });
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || location === null) return answer;
      await answer.body?.cancel();
      if (!URL.canParse(location, at.href)) throw new Error(`it redirects to ${location}`);
      at = new URL(location, at);
      if (!/^https?:$/.test(at.protocol) || !this.#hosts.has(at.host)) {
        throw new Error(`it redirects to ${at.href}; allow this host with --host`);
      }
    }
    throw new Error('redirect count exceeded');
  }
}
