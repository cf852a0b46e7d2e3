/** What of a logged request tells how popular a variant is. */
export interface LoggedRequest {
  /** Percent-encoded, as the viewer sent it. */
  path: string;
  /** '' for none. */
  query: string;
}

/** Fields of standard logs, in the order of the first version. DG: standard-logs-reference. */
const LEGACY_FIELDS = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(Referer)',
  'cs(User-Agent)',
  'cs-uri-query',
];

/** The values of one line by the name of their field; undefined for a line that holds no request. */
type Fields = Record<string, unknown>;

/** CloudFront escapes the `%` of an escape in its tab-separated logs; its JSON logs hold what was sent, or that. */
const unescaped = (value: string): string => value.replace(/%25(?=[0-9A-Fa-f]{2})/g, '%');

function requestOf(fields: Fields): LoggedRequest | undefined {
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  // A refused request tells nothing of what should be warm, and HEAD is no viewer.
  if (text('cs-method') !== 'GET' || !/^[23]\d\d$/.test(text('sc-status'))) return undefined;
  const path = unescaped(text('cs-uri-stem'));
  const query = unescaped(text('cs-uri-query'));
  return path.startsWith('/') ? { path, query: query === '-' ? '' : query } : undefined;
}

/** Reads the lines of one log file: standard logs of either version, tab-separated or a JSON object a line. */
export class LogReader {
  #fields = LEGACY_FIELDS;

  /** Undefined for a comment, a damaged line, and a request that was not served to a viewer. */
  read(line: string): LoggedRequest | undefined {
    if (line.startsWith('{')) return requestOf(jsonOf(line));
    if (line.startsWith('#')) {
      const names = /^#Fields:\s*(.*)$/.exec(line)?.[1];
      if (names) this.#fields = names.trim().split(/\s+/);
      return undefined;
    }
    const values = line.split('\t');
    return requestOf(Object.fromEntries(this.#fields.map((name, index) => [name, values[index]])));
  }
}

function jsonOf(line: string): Fields {
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return {};
  }
}
