import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Terminal } from '../command-line';
import { UsageError } from '../usage';
import { type LoggedRequest, LogReader } from './access-log';
import { listKeys, openObject, s3PlaceOf } from './s3-place';
import { linesOf, openText } from './text';
import { whyOf } from '../why';

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
  const reader = new LogReader();
  try {
    const [, text] = await openText(stream);
    for await (const line of linesOf(text)) {
      const request = reader.read(line);
      if (request) yield request;
    }
  } catch (error) {
    terminal.warn(`${name} is read in part only: ${whyOf(error)}.`);
  }
}

/**
 * The requests in the access logs at `s3://bucket/prefix`, in a folder and those below it, or in a file; gzip or not.
 * @throws UsageError where they cannot be read
 */
export async function* loggedRequests(where: string, terminal: Terminal): AsyncGenerator<LoggedRequest> {
  try {
    for await (const [name, stream] of streamsOf(where)) yield* requestsIn(name, stream, terminal);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The logs ${where} cannot be read: ${whyOf(error)}.`);
  }
}
