import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ANSWER_HEADER, type ChangeEvent, type Site } from '../../playground/protocol';
import { CLASSES } from '../warm/sizes';
import { whyOf } from '../why';
import type { BucketOriginals } from './originals';
import type { PlaygroundResizer } from './resizer';
import { CLASS_NAMES } from './viewer';

/** Of an original that is uploaded: more than resizers accept, so that their refusal can be looked at. */
const MOST_UPLOAD_BYTES = 100 * 1024 * 1024;

/** What is answered in place of what was asked for; the message is a sentence. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A request of the page, with what its query names. */
interface Call {
  query: URLSearchParams;
  resizer: PlaygroundResizer;
  request: IncomingMessage;
  response: ServerResponse;
}

type Route = (call: Call) => Promise<void>;

const json = (response: ServerResponse, value: unknown): void =>
  void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

function parameter({ query }: Call, name: string): string {
  const value = query.get(name);
  if (!value) throw new RequestError(400, `The parameter ${name} is missing.`);
  return value;
}

function bucketOf({ resizer }: Call): BucketOriginals {
  if (!resizer.bucket) throw new RequestError(403, 'Only keys are known here. Give the bucket by --bucket.');
  return resizer.bucket;
}

/** What S3 says, as a sentence. */
async function askBucket<T>(call: Call, ask: (bucket: BucketOriginals) => Promise<T>): Promise<T> {
  const bucket = bucketOf(call);
  return ask(bucket).catch((error: unknown) => {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (name === 'NoSuchKey') throw new RequestError(404, 'There is no such original.', { cause: error });
    throw new RequestError($metadata ? 502 : 500, `${bucket.bucket}: ${whyOf(error)}.`, { cause: error });
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_UPLOAD_BYTES) {
      throw new RequestError(413, `A file has at most ${MOST_UPLOAD_BYTES / 1024 ** 2} MiB here.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One variant, or whatever the path leads to, as a viewer of a class gets it. */
const variant: Route = async (call) => {
  const path = parameter(call, 'path');
  const target = CLASS_NAMES.find((name) => name === call.query.get('class'));
  if (!target) throw new RequestError(400, `The class is one of ${CLASS_NAMES.join(', ')}.`);
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new RequestError(400, 'A path begins with a slash, and is percent-encoded.');
  const { answer, body } = await call.resizer.viewer.ask(path, target).catch((error: unknown) => {
    throw new RequestError(502, (error as Error).message, { cause: error });
  });
  call.response.setHeader(ANSWER_HEADER, encodeURIComponent(JSON.stringify(answer)));
  call.response.setHeader('content-type', 'application/octet-stream').end(body);
};

const original: Route = async (call) => {
  const key = parameter(call, 'key');
  const { body, contentType } = await askBucket(call, (bucket) => bucket.get(key));
  call.response.setHeader(ANSWER_HEADER, encodeURIComponent(JSON.stringify({ 'content-type': contentType })));
  call.response.setHeader('content-type', 'application/octet-stream');
  await pipeline(body, call.response);
};

const upload: Route = async (call) => {
  const key = parameter(call, 'key');
  bucketOf(call);
  const body = await bodyOf(call.request);
  await askBucket(call, (bucket) => bucket.put(key, body));
  json(call.response, {});
};

const remove: Route = async (call) => {
  const key = parameter(call, 'key');
  await askBucket(call, (bucket) => bucket.remove(key));
  json(call.response, {});
};

const list: Route = async ({ resizer, response }) => {
  json(
    response,
    await resizer.list().catch((error: unknown) => {
      throw new RequestError(502, `The originals cannot be listed: ${whyOf(error)}.`, { cause: error });
    }),
  );
};

/** The API by method and path. */
export function handlerOf(resizers: PlaygroundResizer[]) {
  const site: Site = {
    resizers: resizers.map(({ info }) => info),
    classes: CLASS_NAMES.map((target) => ({ target, accept: CLASSES[target] })),
  };

  /** A stream that says which originals have changed. */
  const follow: Route = async ({ response }) => {
    response.setHeader('content-type', 'text/event-stream');
    response.write(': connected\n\n');
    const ends = resizers.map(({ info, changes }) =>
      changes?.listen((keys) => {
        const event: ChangeEvent = { resizer: info.name, keys };
        response.write(`data: ${JSON.stringify(event)}\n\n`);
      }),
    );
    response.once('close', () => ends.forEach((end) => end?.()));
  };

  const routes: Readonly<Record<string, Route>> = {
    'GET /api/site': async ({ response }) => json(response, site),
    'GET /api/changes': follow,
    'GET /api/originals': list,
    'GET /api/original': original,
    'PUT /api/original': upload,
    'DELETE /api/original': remove,
    'GET /api/variant': variant,
  };

  return async (path: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => {
    const name = `${request.method} ${path}`;
    if (!Object.hasOwn(routes, name)) throw new RequestError(404, `There is no ${name}.`);
    const wanted = query.get('resizer');
    const resizer = wanted === null ? resizers[0] : resizers.find(({ info }) => info.name === wanted);
    if (!resizer) throw new RequestError(404, 'There is no such resizer.');
    await routes[name]!({ query, resizer, request, response });
  };
}
