import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { followChanges, getSite, listOriginals, remove, upload } from './api';
import { Confirm, type Question } from './confirm';
import { Gallery } from './gallery';
import { useAnswer } from './hooks';
import { OriginalPage } from './original';
import type { Resizer, Site } from './protocol';
import { type State, hashOf, useHashState } from './state';

export function App() {
  const { value: site, error } = useAnswer('site', getSite);
  if (error) return <p role="alert">{error}</p>;
  return site ? <Playground site={site} /> : <p role="status">Loading</p>;
}

function Playground({ site }: { site: Site }) {
  const [state, update] = useHashState();
  const resizer = site.resizers.find(({ name }) => name === state.resizer) ?? site.resizers[0]!;
  /** Number of changes since the page has begun to follow them; an earlier listing may be out of date. */
  const [changes, setChanges] = useState<number>();
  const [message, setMessage] = useState('');
  const [question, setQuestion] = useState<Question>();
  const main = useRef<HTMLElement>(null);
  /** Keys that this page itself has changed, which need no second message. */
  const ownChanges = useRef(new Set<string>()).current;
  const countChange = () => setChanges((count = 0) => count + 1);
  const listed = useAnswer(changes === undefined ? undefined : `${resizer.name} ${changes}`, () =>
    listOriginals(resizer.name),
  );

  useEffect(
    () =>
      followChanges(countChange, ({ keys }) => {
        countChange();
        const others = keys.filter((key) => !ownChanges.delete(key));
        if (others.length > 0) setMessage(`${others.length === 1 ? others[0] : `${others.length} originals`} changed.`);
      }),
    [],
  );
  useEffect(() => {
    document.title = state.key ? `${state.key} – Playground` : 'Playground';
    main.current?.querySelector('h1')?.focus();
  }, [state.key]);

  const canWrite = resizer.bucket !== undefined;
  /** Runs a task, shows a message, and lists the originals again. */
  const run = useCallback(async (key: string, work: () => Promise<unknown>, done: string) => {
    ownChanges.add(key);
    setMessage('…');
    try {
      await work();
      setMessage(done);
    } catch (failure) {
      setMessage((failure as Error).message);
    }
    countChange();
  }, []);
  const known = (key: string) => listed.value?.originals.some((original) => original.key === key);
  const put = (file: File, key: string) => run(key, () => upload(resizer.name, key, file), `Uploaded ${key}.`);
  const uploadAll = (files: File[]) => {
    const replaced = files.filter(({ name }) => known(name)).map(({ name }) => name);
    const all = async () => {
      for (const file of files) await put(file, file.name);
    };
    if (replaced.length === 0) void all();
    else {
      const text = `${replaced.join(', ')} ${replaced.length === 1 ? 'is' : 'are'} in the bucket already.`;
      setQuestion({ text, action: 'Replace', onYes: () => void all() });
    }
  };
  const askToRemove = () =>
    setQuestion({
      text: `${state.key} and its variants are deleted from ${resizer.bucket}.`,
      action: 'Delete',
      onYes: () =>
        void run(state.key, () => remove(resizer.name, state.key), `Deleted ${state.key}.`).then(() =>
          update({ key: '' }),
        ),
    });

  // Requests before the listing would be repeated with the version.
  const isListed = listed.value !== undefined || listed.error !== undefined;
  const original = listed.value?.originals.find(({ key }) => key === state.key);
  return (
    <DropTarget onFiles={canWrite ? uploadAll : undefined}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header site={site} resizer={resizer} state={state} />
      <main ref={main} tabIndex={-1}>
        {listed.error && <p role="alert">{listed.error}</p>}
        {!isListed ? null : state.key ? (
          <OriginalPage
            key={state.key}
            resizer={resizer}
            classes={site.classes}
            state={state}
            update={update}
            original={original}
            version={original?.version ?? String(changes)}
            onReplace={canWrite ? (file) => void put(file, state.key) : undefined}
            onRemove={canWrite ? askToRemove : undefined}
          />
        ) : (
          listed.value && (
            <Gallery
              resizer={resizer}
              originals={listed.value}
              viewer={site.classes[0]!}
              state={state}
              update={update}
              onUpload={canWrite ? uploadAll : undefined}
            />
          )
        )}
      </main>
      <p class="message" role="status">
        {message}
      </p>
      {question && <Confirm {...question} onClose={() => setQuestion(undefined)} />}
    </DropTarget>
  );
}

function Header({ site, resizer, state }: { site: Site; resizer: Resizer; state: State }) {
  return (
    <header>
      <a class="home" href={hashOf({ ...state, key: '', path: '', view: 'picture' })}>
        Playground
      </a>
      {site.resizers.length > 1 && (
        <nav aria-label="Resizers">
          {site.resizers.map(({ name }) => (
            <a
              key={name}
              href={hashOf({ ...state, resizer: name, key: '', path: '' })}
              aria-current={name === resizer.name ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      )}
      <span class="note">
        {resizer.url}
        {resizer.grammar.base}
        {resizer.bucket === undefined ? ', read-only' : `, originals in ${resizer.bucket}`}
      </span>
    </header>
  );
}

interface DropTargetProps {
  onFiles: ((files: File[]) => void) | undefined;
  children: ComponentChildren;
}

/** Takes files that are dropped anywhere on the page. */
function DropTarget({ onFiles, children }: DropTargetProps) {
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={isOver ? 'page dropping' : 'page'}
      onDragOver={(event) => {
        if (!onFiles || !event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!onFiles) return;
        event.preventDefault();
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {children}
    </div>
  );
}
