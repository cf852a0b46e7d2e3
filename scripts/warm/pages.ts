import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/** The limit of an unpacked sitemap, and more than any page. https://www.sitemaps.org/protocol.html */
const MAX_PAGE_BYTES = 50e6;

const TOO_LARGE = `it is larger than ${MAX_PAGE_BYTES / 1e6} MB`;

const MAX_REDIRECTS = 5;

/** Unpacks gzip, recognised by its first bytes. @throws Error if it is too large */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PAGE_BYTES });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? new Error(TOO_LARGE) : error;
  }
}

/** Reads pages and sitemaps from some hosts only, since a sitemap may name any host. */
export class Pages {
  readonly #hosts: ReadonlySet<string>;
  readonly #timeoutMs: number;
  /** Number of pages and sitemaps on other hosts. */
  foreign = 0;

  /** @param hosts as in URLs, with a port if it is not the default one */
  constructor(hosts: string[], timeoutMs: number) {
    this.#hosts = new Set(hosts);
    this.#timeoutMs = timeoutMs;
  }

  /** Counts the others. */
  isReadable(url: URL): boolean {
    const isHere = this.#hosts.has(url.host);
    if (!isHere) this.foreign += 1;
    return isHere;
  }

  /**
   * A page or sitemap, read to its end at once: its last image may be needed in hours, when the connection has timed out.
   * @returns 'image' for an image
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
