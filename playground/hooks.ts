import { useEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from './api';

interface Loaded<T> {
  /** The latest answer; it stays while the next one is loading. */
  value?: T;
  error?: string;
  isLoading: boolean;
}

/**
 * Asks again whenever the question changes, and drops answers to older questions.
 * @param question undefined asks nothing
 */
export function useAnswer<T>(question: string | undefined, ask: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ isLoading: question !== undefined });
  useEffect(() => {
    if (question === undefined) {
      setLoaded({ isLoading: false });
      return undefined;
    }
    let isCurrent = true;
    setLoaded(({ value }) => ({ ...(value !== undefined && { value }), isLoading: true }));
    ask().then(
      (value) => isCurrent && setLoaded({ value, isLoading: false }),
      (error: Error) => isCurrent && setLoaded({ error: error.message, isLoading: false }),
    );
    return () => void (isCurrent = false);
  }, [question]);
  return loaded;
}

/** The latest pictures are kept for comparison. */
const MAX_KEPT = 20;

/** The previous picture of the same request, if an overwrite has changed it. */
export function usePictureBefore(request: string, picture: Picture | undefined): Picture | undefined {
  const seen = useRef(new Map<string, { current: Picture; before?: Picture }>()).current;
  const last = seen.get(request);
  if (picture && last?.current !== picture) {
    const hasChanged = last && etagOf(last.current) !== etagOf(picture);
    const before = hasChanged ? last.current : last?.before;
    seen.delete(request);
    seen.set(request, { current: picture, ...(before && { before }) });
    if (seen.size > MAX_KEPT) seen.delete(seen.keys().next().value!);
  }
  return seen.get(request)?.before;
}

const etagOf = ({ answer, blob }: Picture): string => answer?.headers['etag'] ?? `${answer?.status} ${blob.size}`;

/** The URL of a blob. It is revoked when the blob changes. */
export function useBlobUrl(blob: Blob): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
