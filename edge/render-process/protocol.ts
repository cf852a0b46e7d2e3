/** The protocol between the function and the render process, and the validation of replies. */
import { FAILURE_STATUSES } from '../failure-statuses';
import { type Failure, failure } from '../failure';
import type { Point } from '../focus';
import { FORMATS, type Variant } from '../variant';
import type { ContentType, Rendered, RenderSettings } from '../render/types';
import type { Message, MessageLimits } from './messages';

/** The header of a task; its body is the original. */
export interface TaskHeader {
  variant: Variant;
  settings: RenderSettings;
  /** The focal point of the original. */
  focus?: Point | undefined;
}

/** The header of a reply; the body of a result is the variant. */
export type ReplyHeader =
  /** Everything is loaded. */
  | { kind: 'ready' }
  /** The task has been read. From now on, a crash is the fault of the picture. */
  | { kind: 'begun' }
  | ({ kind: 'rendered' } & Omit<Rendered, 'body'>)
  | ({ kind: 'refused' } & Failure);

/** Generous, since the process trusts what the function sends. */
export const TASK_LIMITS: MessageLimits = { header: 1_048_576, body: 0xffff_ffff };

const BYTES_PER_PIXEL = 4;

/** No variant is larger than its uncompressed pixels with some headers, or than an original that is passed on. */
export const replyLimits = ({ maxBytes, maxPixels, maxAnimationPixels }: RenderSettings): MessageLimits => ({
  header: 4_096,
  body: Math.max(maxBytes, BYTES_PER_PIXEL * Math.max(maxPixels, maxAnimationPixels) + 1_048_576),
});

const CONTENT_TYPES: ReadonlySet<unknown> = new Set<ContentType>([
  ...FORMATS.map((format) => `image/${format}` as const),
  'image/svg+xml',
  'application/json',
]);

/** Type guard for a printable line that is short enough for a log or an answer. */
const isLine = (value: unknown): value is string => typeof value === 'string' && /^[^\p{Cc}]{1,500}$/u.test(value);

const isLineOrNone = (value: unknown): value is string | undefined => value === undefined || isLine(value);

/** Type guard for a line of ASCII, which can go into a header and into the metadata of S3. */
const isHeaderText = (value: unknown): value is string => isLine(value) && /^[ -~]+$/.test(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function renderedOf(header: Record<string, unknown>, body: Buffer): Rendered | undefined {
  const { contentType, width, height, frames, reason, note, viewerNote } = header;
  if (!CONTENT_TYPES.has(contentType) || !isCount(width) || !isCount(height) || !isCount(frames)) return undefined;
  if (!body.length || !isLineOrNone(reason) || !isLineOrNone(note)) return undefined;
  if (viewerNote !== undefined && !isHeaderText(viewerNote)) return undefined;
  const lines = { ...(reason && { reason }), ...(note && { note }), ...(viewerNote && { viewerNote }) };
  return { body, contentType: contentType as ContentType, width, height, frames, ...lines };
}

function refusalOf({ code, message, killed }: Record<string, unknown>): Failure | undefined {
  const status =
    typeof code === 'string' && Object.hasOwn(FAILURE_STATUSES, code) ? FAILURE_STATUSES[code as Failure['code']] : 0;
  if (status !== 415 || !isLine(message)) return undefined;
  return { ...failure(code as Failure['code'], message), ...(killed === true && { killed }) };
}

/** A valid reply. */
export type Reply = 'ready' | 'begun' | Rendered | Failure;

/**
 * Validates a reply. Replies are not trusted: a picture that exploits the decoder controls what the process sends.
 * @returns undefined for an invalid reply
 */
export function readReply({ header, body }: Message): Reply | undefined {
  if (typeof header !== 'object' || header === null) return undefined;
  const fields = header as Record<string, unknown>;
  switch (fields['kind']) {
    case 'ready':
    case 'begun':
      return fields['kind'];
    case 'rendered':
      return renderedOf(fields, body);
    case 'refused':
      return refusalOf(fields);
    default:
      return undefined;
  }
}
