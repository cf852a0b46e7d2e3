/**
 * Messages between the function and the render process: a head with the lengths of header and body, the header as JSON,
 * and the body as it is.
 */
import type { Writable } from 'node:stream';

/** The process's file descriptor for messages in both directions. */
export const CHANNEL = 3;

export interface Message {
  header: unknown;
  body: Buffer;
}

/** The largest message that is accepted, in bytes. */
export interface MessageLimits {
  header: number;
  body: number;
}

/** Two lengths of 32 bits each. */
const HEAD_BYTES = 8;

const NO_BODY = Buffer.alloc(0);

export function sendMessage(to: Writable, header: object, body: Buffer = NO_BODY): void {
  const json = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(json.length, 0);
  head.writeUInt32BE(body.length, 4);
  to.write(Buffer.concat([head, json]));
  // Separately, to save a copy: an original may be 50 MB.
  if (body.length) to.write(body);
}

/** Assembles messages from the chunks in which they arrive. */
export class MessageReader {
  readonly #limits: MessageLimits;
  #part = Buffer.alloc(HEAD_BYTES);
  #filled = 0;
  /** Length of the header, once the head has been read. */
  #headerBytes: number | undefined;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next chunk. @returns the messages that it completes
   * @throws RangeError for a message over the limits, SyntaxError for a header that is not JSON
   */
  read(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(this.#part, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled < this.#part.length) break;
      const message = this.#complete();
      if (message) messages.push(message);
    }
    return messages;
  }

  #complete(): Message | undefined {
    const part = this.#part;
    this.#filled = 0;
    if (this.#headerBytes === undefined) {
      const [header, body] = [part.readUInt32BE(0), part.readUInt32BE(4)];
      if (header === 0 || header > this.#limits.header || body > this.#limits.body) {
        throw new RangeError(`a message of ${header} and ${body} bytes`);
      }
      this.#headerBytes = header;
      this.#part = Buffer.allocUnsafeSlow(header + body);
      return undefined;
    }
    const header = JSON.parse(part.toString('utf8', 0, this.#headerBytes)) as unknown;
    const body = part.subarray(this.#headerBytes);
    this.#headerBytes = undefined;
    this.#part = Buffer.alloc(HEAD_BYTES);
    return { header, body };
  }
}
