import { type Grammar, isRefusal, normalise, parsePath } from '../../edge/grammar';

/** Reads the keys of originals from URLs of images, and counts the others. */
export class ImageUrls {
  readonly #grammar: Grammar;
  readonly #hosts: ReadonlySet<string>;
  /** Images on other hosts, or of sizes that are not listed. */
  foreign = 0;

  /** @param hosts as in URLs, with a port where it is not the usual one */
  constructor(grammar: Grammar, hosts: string[]) {
    this.#grammar = grammar;
    this.#hosts = new Set(hosts);
  }

  isHere(url: URL): boolean {
    return this.#hosts.has(url.host);
  }

  /** The key of the original, whatever the size in the URL; undefined, and counted, where there is none. */
  keyOf(url: string, base: string): string | undefined {
    const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
    if (parsed && this.isHere(parsed)) {
      const path = normalise(this.#grammar, parsed.pathname, queryOf(parsed.search.slice(1)), '');
      if (!isRefusal(path)) return parsePath(this.#grammar, path)?.key;
    }
    this.foreign += 1;
    return undefined;
  }
}

/** A query string as CloudFront hands it to its functions: names in lower case, values as sent. */
export function queryOf(text: string): Parameters<typeof normalise>[2] {
  const query: Parameters<typeof normalise>[2] = Object.create(null) as object as never;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name, ...rest] = pair.split('=');
    const key = name!.toLowerCase();
    const value = rest.join('=');
    const known = query[key];
    if (known) known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
    else query[key] = { value };
  }
  return query;
}
