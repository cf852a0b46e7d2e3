import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Terminal } from '../command-line';
import { UsageError } from '../usage';
import { listKeys, openObject, s3PlaceOf } from './s3-place';
import { linesOf, openText } from './text';
import { whyOf } from '../why';

/** The URL of a logged request. */
export interface LoggedRequest {
  /** Percent-encoded, as the viewer sent it. */
  path: string;
  /** '' for none. */
  query: string;
}

/**
 * The requests in the access logs at `s3://bucket/prefix`, in a folder and those below it, or in a file; gzip or not.
 * @throws UsageError if they cannot be read
 */
export async function* loggedRequests(where: string, terminal: Terminal): AsyncGenerator<LoggedRequest> {
  try {
    for await (const [name, stream] of streamsOf(where)) yield* requestsIn(name, stream, terminal);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The logs ${where} cannot be read: ${whyOf(error)}.`);
  }
}

async function* filesBelow(path: string): AsyncGenerator<string> {
  if ((await stat(path)).isDirectory()) {
    for await (const entry of await opendir(path, { recursive: true })) {
      if (entry.isFile()) yield join(entry.parentPath, entry.name);
    }
  } else {
    yield path;
  }
}

async function* streamsOf(where: string): AsyncGenerator<[name: string, stream: Readable]> {
  const place = s3PlaceOf(where);
  if (place) {
    for await (const prefix of listKeys(place)) yield [prefix, await openObject({ bucket: place.bucket, prefix })];
  } else {
    for await (const file of filesBelow(where)) yield [file, createReadStream(file)];
  }
}

/** The requests in one file; of a damaged one, those before the damage. */
async function* requestsIn(name: string, stream: Readable, terminal: Terminal): AsyncGenerator<LoggedRequest> {
  const parser = new AccessLogParser();
  try {
    const [, text] = await openText(stream);
    for await (const line of linesOf(text)) {
      const request = parser.parse(line);
      if (request) yield request;
    }
  } catch (error) {
    terminal.warn(`${name} is only read in part: ${whyOf(error)}.`);
  }
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

/** The values of a line, by field. */
type Fields = Record<string, unknown>;

/** CloudFront escapes the `%` of an escape in its tab-separated logs, and sometimes in its JSON logs. */
const unescaped = (value: string): string => value.replace(/%25(?=[0-9A-Fa-f]{2})/g, '%');

function requestOf(fields: Fields): LoggedRequest | undefined {
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  // Refused requests and HEAD do not show what viewers want.
  if (text('cs-method') !== 'GET' || !/^[23]\d\d$/.test(text('sc-status'))) return undefined;
  const path = unescaped(text('cs-uri-stem'));
  const query = unescaped(text('cs-uri-query'));
  return path.startsWith('/') ? { path, query: query === '-' ? '' : query } : undefined;
}

/** Parses the lines of one log file: standard logs of either version, tab-separated or a JSON object a line. */
class AccessLogParser {
  #fields = LEGACY_FIELDS;

  /** Undefined for a comment, a damaged line, and a request that was not served to a viewer. */
  parse(line: string): LoggedRequest | undefined {
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
