import {
  ANSWER_HEADER,
  type ChangeEvent,
  type Failure,
  type FocalPoint,
  type Originals,
  type Site,
  type ViewerAnswer,
} from './protocol';

/** A picture, or what came in place of one. */
export interface Picture {
  /** Missing for an original, which comes from its bucket. */
  answer?: ViewerAnswer;
  blob: Blob;
}

/** Asks the playground's server. @throws Error with its sentence */
async function ask(path: string, query: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`/api/${path}?${new URLSearchParams(query)}`, init).catch(() => {
    throw new Error('The playground does not answer. Has npm start ended?');
  });
  if (!response.ok) throw new Error(((await response.json()) as Failure).error);
  return response;
}

const read = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

/** The bytes, with the type that the header names: the server sends none that a browser would open. */
async function pictureOf<T>(response: Response, typeOf: (header: T) => string | undefined): Promise<[T, Blob]> {
  const header = JSON.parse(decodeURIComponent(response.headers.get(ANSWER_HEADER) ?? '{}')) as T;
  return [header, new Blob([await response.arrayBuffer()], { type: typeOf(header) ?? '' })];
}

export const getSite = (): Promise<Site> => read(ask('site', {}));

export const listOriginals = (resizer: string): Promise<Originals> => read(ask('originals', { resizer }));

/** What a path leads to for a class of viewers. */
export async function getVariant(resizer: string, path: string, viewer: string): Promise<Picture> {
  const response = await ask('variant', { resizer, path, class: viewer });
  const [answer, blob] = await pictureOf<ViewerAnswer>(response, ({ headers }) => headers['content-type']);
  return { answer, blob };
}

export async function getOriginal(resizer: string, key: string): Promise<Picture> {
  const response = await ask('original', { resizer, key });
  const [, blob] = await pictureOf<Record<string, string>>(response, (header) => header['content-type']);
  return { blob };
}

export const upload = (resizer: string, key: string, body: Blob): Promise<Response> =>
  ask('original', { resizer, key }, { method: 'PUT', body });

export const remove = (resizer: string, key: string): Promise<Response> =>
  ask('original', { resizer, key }, { method: 'DELETE' });

/** Follows changes of originals. @returns what ends it */
export function followChanges(onChange: (event: ChangeEvent) => void): () => void {
  const source = new EventSource('/api/changes');
  source.addEventListener('message', ({ data }: MessageEvent<string>) => onChange(JSON.parse(data) as ChangeEvent));
  return () => source.close();
}

export const getFocus = async (resizer: string, key: string): Promise<FocalPoint | undefined> =>
  (await read<{ point?: FocalPoint }>(ask('focus', { resizer, key }))).point;

/** @param point undefined for none: then the middle counts */
export const putFocus = (resizer: string, key: string, point: FocalPoint | undefined): Promise<Response> =>
  ask('focus', { resizer, key }, { method: 'PUT', body: JSON.stringify({ point }) });
