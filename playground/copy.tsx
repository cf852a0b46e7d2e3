import { useState } from 'preact/hooks';
import { folderOf } from './members';
import type { Resizer } from './protocol';
import { type Snippet, loaders, markup, urlForms } from './snippets';
import type { UrlOptions } from './url';

interface CopyProps {
  resizer: Resizer;
  originalKey: string;
  options: UrlOptions;
  accept: string;
}

/** URLs, markup and loaders for the picture that is shown. */
export function Copy({ resizer, originalKey, options, accept }: CopyProps) {
  const urls = urlForms(resizer, originalKey, options, accept);
  if (urls.length === 0)
    return <p class="note">This is refused, so there is nothing to copy. Choose another size or option.</p>;
  return (
    <div class="copy">
      {folderOf(resizer, originalKey) !== undefined && (
        <p class="note">For members only: viewers need signed cookies or a signed URL.</p>
      )}
      <h2>URLs</h2>
      {urls.map((snippet) => (
        <Block key={snippet.title} {...snippet} />
      ))}
      <h2>HTML and CSS</h2>
      {markup(resizer, originalKey, options).map((snippet) => (
        <Block key={snippet.title} {...snippet} />
      ))}
      <h2>Loaders of frameworks</h2>
      {loaders(resizer).map((snippet) => (
        <Block key={snippet.title} {...snippet} />
      ))}
    </div>
  );
}

function Block({ title, text, reason }: Snippet) {
  const [copied, setCopied] = useState<string>();
  return (
    <section class={reason ? 'block refused-block' : 'block'} aria-label={title}>
      <div class="block-head">
        <h3>{title}</h3>
        {!reason && (
          <button type="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}>
            {copied === text ? 'Copied' : 'Copy'}
            <span class="visually-hidden"> {title}</span>
          </button>
        )}
      </div>
      {reason ? <p class="reason">{reason}</p> : <pre tabIndex={0}>{text}</pre>}
    </section>
  );
}
