import { useEffect, useState } from 'preact/hooks';

interface AddressProps {
  /** The path that is shown, with its query. */
  path: string;
  url: string;
  onAsk: (path: string) => void;
}

/** An address bar: type any path to see its answer. */
export function Address({ path, url, onAsk }: AddressProps) {
  const [text, setText] = useState(path);
  useEffect(() => setText(path), [path]);
  return (
    <form
      class="address"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(text);
      }}
    >
      <label for="path">Path</label>
      <input
        id="path"
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit">Ask</button>
      <a href={url + path} target="_blank" rel="noreferrer">
        Open
      </a>
    </form>
  );
}
