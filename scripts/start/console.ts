import type { FunctionLog, ServedAnswer } from 'cloudfront-image-resizer-local';
import type { Terminal } from '../command-line';
import { type Answer, answerLine } from '../console/answer';
import { readFunctionLine } from '../console/function-log';
import { type Paint, paintOn } from '../console/paint';
import { servedBy } from '../x-cache';

export interface ConsoleOptions {
  /** Raw lines: a JSON object for each answer, and the log lines of functions as they are. */
  json?: boolean;
  /** Only what goes wrong. */
  quiet?: boolean;
}

/** Lines about processes that start, which are not shown. */
const INIT = /: init \d+ ms$/;

/** Pictures whose dimensions are remembered. */
const MAX_SIZES = 10_000;

type Size = Pick<Answer, 'width' | 'height'>;

/** What `npm start` prints while it serves. */
export class Console {
  readonly #terminal: Terminal;
  readonly #options: ConsoleOptions;
  readonly #paint: Paint;
  readonly #sizes = new Map<string, Size>();
  #printed = Promise.resolve();

  constructor(terminal: Terminal, options: ConsoleOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#paint = paintOn(terminal.streams.stdout);
  }

  /** Prints an event, unless `--quiet` is on. */
  readonly tell = (line: string): void => {
    if (this.#options.quiet) return;
    this.always(line);
  };

  /** Prints a line for people: on standard error with `--json`, since standard output is then for machines. */
  readonly always = (line: string): void => {
    if (this.#options.json) this.#terminal.warn(line);
    else this.#terminal.print(line);
  };

  readonly log = (line: string): void => {
    if (line.startsWith('not run here: ')) this.tell(line);
    else if (!INIT.test(line)) this.always(line);
  };

  /** One line for each answer, in the order of the answers. */
  readonly onAnswer = (answer: ServedAnswer): void => {
    if (this.#options.quiet && answer.status < 500) return;
    this.#inOrder(async () => {
      const size = await this.#sizeOf(answer);
      this.#terminal.printAsIs(
        this.#options.json ? JSON.stringify(recordOf(answer, size)) : answerLine(summaryOf(answer, size), this.#paint),
      );
    });
  };

  /** Prints log lines that say more than the line about the answer. */
  readonly onFunctionLog = ({ name, region, message }: FunctionLog): void => {
    const line = readFunctionLine(message);
    if (!line || (this.#options.quiet && !line.isError)) return;
    this.#inOrder(() => {
      if (this.#options.json) {
        this.#terminal.printAsIs(message.startsWith('{') ? message : JSON.stringify({ name, region, message }));
      } else if (line.isNews) {
        this.#terminal.printAsIs(line.describe(this.#paint));
      }
    });
  };

  /** Keeps lines in order, even if one takes a moment to compute. */
  #inOrder(print: () => Promise<void> | void): void {
    this.#printed = this.#printed.then(print);
  }

  async #sizeOf({ status, headers, body }: ServedAnswer): Promise<Size> {
    const { etag = '', 'content-type': contentType = '' } = headers;
    if ((status !== 200 && status < 400) || !contentType.startsWith('image/') || body.length === 0) return {};
    const known = this.#sizes.get(etag);
    if (etag && known) return known;
    // Loaded late, so that the start does not wait for it.
    const { default: sharp } = await import('sharp');
    const size = await sharp(body)
      .metadata()
      .then(({ width, height, pageHeight = height }): Size => ({ width, height: pageHeight }))
      .catch((): Size => ({}));
    if (this.#sizes.size >= MAX_SIZES) this.#sizes.clear();
    this.#sizes.set(etag, size);
    return size;
  }
}

/** How an answer came about, in a word or two. */
function howOf({ status, headers }: ServedAnswer): string {
  const by = servedBy(headers);
  if (by === 'cache' || (status >= 400 && headers['age'] !== undefined)) return 'hit';
  if (by === 'revalidation') return 'revalidated';
  if (by === 'function') return 'refused';
  if (status === 302) return 'redirected';
  if (status >= 400) return '';
  return headers['x-resizer'] === 'rendered' ? 'rendered' : 'from the origin';
}

function summaryOf(answer: ServedAnswer, size: Size): Answer {
  const { method, url, status, headers, body, milliseconds } = answer;
  return {
    ...size,
    status,
    code: headers['x-resizer-error'],
    contentType: headers['content-type'],
    bytes: body.length,
    how: howOf(answer) || undefined,
    milliseconds,
    subject: method === 'GET' ? url : `${method} ${url}`,
  };
}

function recordOf(answer: ServedAnswer, size: Size): object {
  const { method, url, region, headers } = answer;
  const { subject: _, how, milliseconds = 0, ...rest } = summaryOf(answer, size);
  return {
    time: new Date().toISOString(),
    method,
    url,
    ...rest,
    how: how ?? null,
    xCache: headers['x-cache'],
    milliseconds: Math.round(milliseconds),
    region,
  };
}
