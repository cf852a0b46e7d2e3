import {
  type ChangeEvent,
  type Failure,
  type FocalPoint,
  type Originals,
  PICTURE_HEADER,
  type PictureHead,
  type Site,
} from './protocol';

/** A picture, or the answer instead of one. */
export interface Picture extends Pick<PictureHead, 'answer'> {
  blob: Blob;
}

/** Sends a request to the playground's server. @throws Error with its message */
async function ask(path: string, query: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`/api/${path}?${new URLSearchParams(query)}`, init).catch(() => {
    throw new Error('The playground does not answer. Has npm start ended?');
  });
  if (!response.ok) throw new Error(((await response.json()) as Failure).error);
  return response;
}

const read = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

async function readPicture(asked: Promise<Response>): Promise<Picture> {
  const response = await asked;
  const { contentType, ...head } = JSON.parse(decodeURIComponent(response.headers.get(PICTURE_HEADER)!)) as PictureHead;
  return { ...head, blob: new Blob([await response.arrayBuffer()], { type: contentType }) };
}

export const getSite = (): Promise<Site> => read(ask('site', {}));

export const listOriginals = (resizer: string): Promise<Originals> => read(ask('originals', { resizer }));

/** The answer to a path for a class of viewers. */
export const getVariant = (resizer: string, path: string, viewer: string): Promise<Picture> =>
  readPicture(ask('variant', { resizer, path, class: viewer }));

export const getOriginal = (resizer: string, key: string): Promise<Picture> =>
  readPicture(ask('original', { resizer, key }));

export const upload = (resizer: string, key: string, body: Blob): Promise<Response> =>
  ask('original', { resizer, key }, { method: 'PUT', body });

export const remove = (resizer: string, key: string): Promise<Response> =>
  ask('original', { resizer, key }, { method: 'DELETE' });

/**
 * Follows changes of originals.
 * @param onOpen called once every later change will be reported, and again after an interruption
 * @returns a function that ends it
 */
export function followChanges(onOpen: () => void, onChange: (event: ChangeEvent) => void): () => void {
  const source = new EventSource('/api/changes');
  source.addEventListener('open', onOpen);
  source.addEventListener('message', ({ data }: MessageEvent<string>) => onChange(JSON.parse(data) as ChangeEvent));
  return () => source.close();
}

export const getFocus = async (resizer: string, key: string): Promise<FocalPoint | undefined> =>
  (await read<{ point?: FocalPoint }>(ask('focus', { resizer, key }))).point;

/** @param point undefined removes it: crops then keep the middle */
export const putFocus = (resizer: string, key: string, point: FocalPoint | undefined): Promise<Response> =>
  ask('focus', { resizer, key }, { method: 'PUT', body: JSON.stringify({ point }) });
