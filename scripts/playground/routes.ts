import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  type ChangeEvent,
  type FocalPoint,
  PICTURE_HEADER,
  type PictureHead,
  type Site,
} from '../../playground/protocol';
import { parsePoint } from '../../edge/focus';
import { CLASSES } from '../warm/sizes';
import type { BucketOriginals } from './originals';
import { RequestError, bucketError } from './request-error';
import type { PlaygroundResizer } from './resizer';
import { CLASS_NAMES } from './viewer';

/** Limit of an upload: more than resizers accept, so that users can see the refusal. */
const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

/** Finer than a pixel. */
const FRACTION_DIGITS = 4;

/** A request of the page, with the resizer that its query names. */
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
  if (!resizer.bucket) throw new RequestError(403, 'Only the keys are known. Give the bucket with --bucket.');
  return resizer.bucket;
}

async function askBucket<T>(call: Call, ask: (bucket: BucketOriginals) => Promise<T>): Promise<T> {
  const bucket = bucketOf(call);
  return ask(bucket).catch((error: unknown) => {
    throw bucketError(bucket.place.bucket, error);
  });
}

/** Describes the picture that follows; its own type is one that browsers do not open. */
function describePicture(response: ServerResponse, head: PictureHead): void {
  response.setHeader(PICTURE_HEADER, encodeURIComponent(JSON.stringify(head)));
  response.setHeader('content-type', 'application/octet-stream');
}

/** Changes the bucket, and answers once viewers can see the change. */
async function change(call: Call, work: (bucket: BucketOriginals) => Promise<void>): Promise<void> {
  await askBucket(call, work);
  await call.resizer.settled();
  json(call.response, {});
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_UPLOAD_BYTES) {
      throw new RequestError(413, `A file has at most ${MAX_UPLOAD_BYTES / 1024 ** 2} MiB here.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The answer to a path, as a viewer of a class gets it. */
const variant: Route = async (call) => {
  const path = parameter(call, 'path');
  const target = CLASS_NAMES.find((name) => name === call.query.get('class'));
  if (!target) throw new RequestError(400, `The class is one of ${CLASS_NAMES.join(', ')}.`);
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new RequestError(400, 'A path has to begin with a slash and be percent-encoded.');
  const { answer, body } = await call.resizer.viewer.ask(path, target);
  describePicture(call.response, { contentType: answer.headers['content-type'] ?? '', answer });
  call.response.end(body);
};

const original: Route = async (call) => {
  const key = parameter(call, 'key');
  const { body, contentType } = await askBucket(call, (bucket) => bucket.get(key));
  describePicture(call.response, { contentType });
  await pipeline(body, call.response);
};

const upload: Route = async (call) => {
  const key = parameter(call, 'key');
  bucketOf(call);
  const body = await bodyOf(call.request);
  await change(call, (bucket) => bucket.put(key, body));
};

const remove: Route = async (call) => {
  const key = parameter(call, 'key');
  await change(call, (bucket) => bucket.remove(key));
};

const focus: Route = async (call) => {
  const key = parameter(call, 'key');
  json(call.response, { point: await askBucket(call, (bucket) => bucket.focus(key)) });
};

const setFocus: Route = async (call) => {
  const key = parameter(call, 'key');
  bucketOf(call);
  const point = pointOf((await bodyOf(call.request)).toString());
  await change(call, (bucket) => bucket.setFocus(key, point));
};

/** Undefined to remove it. */
function pointOf(text: string): FocalPoint | undefined {
  try {
    const { point } = JSON.parse(text) as { point?: FocalPoint };
    const read = point && parsePoint(`${point.x.toFixed(FRACTION_DIGITS)},${point.y.toFixed(FRACTION_DIGITS)}`);
    if (read || point === undefined) return read;
  } catch {
    // Refused below.
  }
  throw new RequestError(400, 'A focal point is two fractions from 0 to 1, x and y.');
}

const list: Route = async ({ resizer, response }) => {
  json(
    response,
    await resizer.list().catch((error: unknown) => {
      throw bucketError(resizer.info.bucket ?? '', error);
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
    'GET /api/focus': focus,
    'PUT /api/focus': setFocus,
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
