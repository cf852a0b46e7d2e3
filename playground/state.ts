/** The state of the page, in the hash of its URL, so that views can be shared and the browser's buttons work. */
import { useCallback, useEffect, useState } from 'preact/hooks';

const DEFAULTS = {
  resizer: '',
  /** The search text. */
  search: '',
  /** The original that is shown; the gallery without one. */
  key: '',
  view: 'picture',
  /** A size or the name of a preset; '' is the default, as for the other options. */
  size: '',
  fit: '',
  gravity: '',
  dpr: '',
  quality: '',
  format: '',
  viewer: 'auto.avif',
  /** The picture to compare with. */
  beside: '',
  zoom: 'true',
  /** A typed path, instead of the one of the options. */
  path: '',
};

export type State = typeof DEFAULTS;

const NAMES = Object.keys(DEFAULTS) as (keyof State)[];

function readState(hash: string): State {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const state = { ...DEFAULTS };
  for (const name of NAMES) state[name] = given.get(name) ?? DEFAULTS[name];
  return state;
}

/** The hash of a state, without defaults. */
export function hashOf(state: State): string {
  const changed = NAMES.filter((name) => state[name] !== DEFAULTS[name]).map((name) => [name, state[name]]);
  return `#${new URLSearchParams(changed)}`;
}

/** Changes the state without a history entry. Use links to `hashOf` for views that the back button should return to. */
export type Update = (patch: Partial<State>) => void;

export function useHashState(): [State, Update] {
  const [state, setState] = useState(() => readState(location.hash));
  useEffect(() => {
    const read = () => setState(readState(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  const update = useCallback<Update>((patch) => {
    const next = { ...readState(location.hash), ...patch };
    history.replaceState(null, '', hashOf(next));
    setState(next);
  }, []);
  return [state, update];
}
