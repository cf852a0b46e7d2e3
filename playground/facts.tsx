/** Facts about an answer. */
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
  /** Missing if only its key is known. */
  originalBytes: number | undefined;
}

export function Facts({ picture: { answer, blob }, pixels, variant, originalBytes }: FactsProps) {
  if (!answer) return null;
  const { status, headers, milliseconds, redirect, localCacheControl } = answer;
  const isPicture = status === 200;
  const rows: [name: string, value: string | undefined][] = [
    ['Status', String(status)],
    ['Bytes', bytesOf(blob, isPicture ? originalBytes : undefined)],
    ['Dimensions', isPicture && pixels ? `${pixels.width} × ${pixels.height}` : undefined],
    ['Format', isPicture ? explainFormat(variant, answer) : undefined],
    ['Time', `${milliseconds} ms${isRenderedNow(headers) ? ', rendered for this request' : ''}`],
    ['Cache', headers['x-cache']],
    [localCacheControl ? 'Cache-Control on AWS' : 'Cache-Control', headers['cache-control']],
    ['Cache-Control here', localCacheControl],
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

function bytesOf({ size }: Blob, originalBytes: number | undefined): string {
  const share = originalBytes ? `, ${((100 * size) / originalBytes).toPrecision(2)} % of the original` : '';
  return `${formatBytes(size)} (${size.toLocaleString('en')})${share}`;
}

/** CloudFront caches the header `x-resizer`, too. */
const isRenderedNow = (headers: Record<string, string>): boolean =>
  headers['x-resizer'] === 'rendered' && !/^(Refresh)?Hit/i.test(headers['x-cache'] ?? '');

/** An answer without a picture, as the viewer gets it. */
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
