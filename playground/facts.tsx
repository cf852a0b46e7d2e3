/** What came with a picture. */
import { useEffect, useState } from 'preact/hooks';
import type { Variant } from '../edge/variant';
import type { Picture } from './api';
import { explainFormat } from './explain';
import { formatBytes } from './format';
import type { Pixels } from './stage';

interface FactsProps {
  picture: Picture;
  pixels: Pixels | undefined;
  variant: Variant | undefined;
}

export function Facts({ picture: { answer, blob }, pixels, variant }: FactsProps) {
  if (!answer) return null;
  const { status, headers, milliseconds, redirect } = answer;
  const isPicture = status === 200;
  const rows: [name: string, value: string | undefined][] = [
    ['Status', String(status)],
    ['Bytes', `${formatBytes(blob.size)} (${blob.size.toLocaleString('en')})`],
    ['Dimensions', isPicture && pixels ? `${pixels.width} × ${pixels.height}` : undefined],
    ['Format', isPicture ? explainFormat(variant, answer) : undefined],
    ['Time', `${milliseconds} ms${headers['x-resizer'] === 'rendered' ? ', rendered for this request' : ''}`],
    ['Cache', headers['x-cache']],
    ['Browsers keep it', headers['cache-control']],
    ['Redirected to', redirect],
  ];
  return (
    <section aria-label="Answer" class="facts">
      <dl>
        {rows
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <details>
        <summary>All headers</summary>
        <pre tabIndex={0}>
          {Object.entries(headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        </pre>
      </details>
    </section>
  );
}

/** An answer that is no picture, as the viewer gets it. */
export function Refused({ picture: { answer, blob } }: { picture: Picture }) {
  const [text, setText] = useState('');
  useEffect(() => {
    let isCurrent = true;
    void blob.text().then((read) => isCurrent && setText(read));
    return () => void (isCurrent = false);
  }, [blob]);
  return (
    <div class="refused" role="status">
      <strong>
        {answer?.status} {answer?.headers['x-resizer-error']}
      </strong>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
