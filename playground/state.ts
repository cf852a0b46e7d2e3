/** What is shown, kept in the hash of the page's URL, so that a view can be shared and the browser's buttons work. */
import { useCallback, useEffect, useState } from 'preact/hooks';

const DEFAULTS = {
  resizer: '',
  /** What originals are searched for. */
  search: '',
  /** The original that is shown; the gallery without one. */
  key: '',
  view: 'picture',
  /** A size or the name of a preset; '' for the usual one, as for the other options. */
  size: '',
  fit: '',
  gravity: '',
  dpr: '',
  quality: '',
  format: '',
  viewer: 'auto.avif',
  /** What the picture is compared with. */
  beside: '',
  zoom: 'true',
  /** A path that is asked for in place of that of the options. */
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

/** The hash of a state; what is as usual is left out. */
export function hashOf(state: State): string {
  const changed = NAMES.filter((name) => state[name] !== DEFAULTS[name]).map((name) => [name, state[name]]);
  return `#${new URLSearchParams(changed)}`;
}

/** Changes the state in place; links to `hashOf` are for what the browser's back button should lead back to. */
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
