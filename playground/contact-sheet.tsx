/** Every size and preset of an original at once, in each class of viewers, with their bytes. */
import { useEffect, useState } from 'preact/hooks';
import { type Picture, getVariant } from './api';
import { formatBytes, nameOfType } from './format';
import type { Resizer, ViewerClass } from './protocol';
import { BlobImage } from './stage';
import { NO_OPTIONS, type UrlOptions, request } from './url';

/** Requests at once: a browser has six connections to one host, of which one follows changes. */
const CONCURRENCY = 4;

interface Cell {
  size: string;
  viewer: string;
  path: string;
}

interface ContactSheetProps {
  resizer: Resizer;
  originalKey: string;
  classes: ViewerClass[];
  /** Options of the current picture; its format and quality apply to all. */
  options: UrlOptions;
  viewer: string;
  /** Changes with the original. */
  version: string;
  linkTo: (size: string) => string;
}

type Result = Picture | Error;

const idOf = ({ size, viewer }: Omit<Cell, 'path'>): string => `${size} ${viewer}`;

export function ContactSheet(props: ContactSheetProps) {
  const { resizer, originalKey, classes, options, viewer, version, linkTo } = props;
  const cells = cellsOf(resizer, originalKey, classes, options);
  const sizes = [...new Set(cells.map(({ size }) => size))];
  // Each request of a deployed distribution may be a render that costs money.
  const [isAsked, setAsked] = useState(resizer.isLocal);
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const question = `${version} ${cells.map(({ path }) => path).join(' ')}`;

  useEffect(() => {
    if (!isAsked) return undefined;
    const stopping = new AbortController();
    setResults(new Map());
    void askAll(resizer, cells, stopping.signal, (cell, result) =>
      setResults((before) => new Map(before).set(idOf(cell), result)),
    );
    return () => stopping.abort();
  }, [question, isAsked]);

  if (!isAsked) {
    return (
      <p>
        Each of them may be rendered now, which costs as much as a viewer’s request.{' '}
        <button type="button" onClick={() => setAsked(true)}>
          Ask for all {cells.length}
        </button>
      </p>
    );
  }
  const bytesOf = (each: string) =>
    sizes.reduce((sum, size) => {
      const result = results.get(idOf({ size, viewer: each }));
      return result && !(result instanceof Error) && result.answer?.status === 200 ? sum + result.blob.size : sum;
    }, 0);
  return (
    <div class="scrolled" tabIndex={0} role="group" aria-label="All sizes, scrollable">
      <table class="sheet">
        <caption>
          {results.size} of {cells.length} answers
        </caption>
        <thead>
          <tr>
            <th scope="col">Size</th>
            <th scope="col">Picture</th>
            {classes.map(({ target }) => (
              <th scope="col" key={target}>
                {target}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sizes.map((size) => (
            <tr key={size}>
              <th scope="row">
                <a href={linkTo(size)}>{size}</a>
              </th>
              <td>
                <Thumbnail result={results.get(idOf({ size, viewer }))} size={size} />
              </td>
              {classes.map(({ target }) => (
                <td key={target}>{outcomeOf(results.get(idOf({ size, viewer: target })))}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              All of them
            </th>
            {classes.map(({ target }) => (
              <td key={target}>{formatBytes(bytesOf(target))}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Thumbnail({ result, size }: { result: Result | undefined; size: string }) {
  if (!result || result instanceof Error || result.answer?.status !== 200) return null;
  return <BlobImage blob={result.blob} alt={`At ${size}`} class="thumbnail" />;
}

function outcomeOf(result: Result | undefined): string {
  if (result === undefined) return '…';
  if (result instanceof Error) return result.message;
  const { status = 0, headers = {} } = result.answer ?? {};
  if (status !== 200) return `${status} ${headers['x-resizer-error'] ?? ''}`;
  return `${formatBytes(result.blob.size)} ${nameOfType(result.blob.type)}`;
}

/** One for each size and class. A preset without operations is the same variant as its size, and is not repeated. */
function cellsOf({ grammar }: Resizer, key: string, classes: ViewerClass[], options: UrlOptions): Cell[] {
  const names = [...grammar.presets.map(({ name }) => name), ...grammar.sizes];
  const paths = new Set<string>();
  const cells: Cell[] = [];
  for (const size of names) {
    const found = classes.map(({ target, accept }): Cell => {
      const { format, quality } = options;
      const asked = { ...NO_OPTIONS, size, format, quality };
      return { size, viewer: target, path: request(grammar, key, asked, accept).path };
    });
    if (paths.has(found[0]!.path)) continue;
    for (const { path } of found) paths.add(path);
    cells.push(...found);
  }
  return cells;
}

async function askAll(
  { name }: Resizer,
  cells: Cell[],
  stopped: AbortSignal,
  onResult: (cell: Cell, result: Result) => void,
): Promise<void> {
  const waiting = [...cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell && !stopped.aborted; cell = waiting.shift()) {
      const result = await getVariant(name, cell.path, cell.viewer).catch((error: Error) => error);
      if (!stopped.aborted) onResult(cell, result);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
