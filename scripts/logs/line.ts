import { METRICS } from '../../edge/metrics';
import type { S3Failure } from '../../edge/origin-response/s3-failure';
import type { LogEvent } from './events';

/** What Lambda itself writes about each request. */
const OF_LAMBDA = /^(INIT_START|START|END|REPORT) /;

/** Outcomes of which nobody has to know. */
const GOOD = new Set<unknown>(['rendered', 'redirected', 'NOT_FOUND']);

type Fields = Record<string, string | number | boolean> & { s3Failures?: S3Failure[] };

function fieldsOf(message: string): Fields | undefined {
  try {
    const fields: unknown = JSON.parse(message.slice(message.indexOf('{')));
    return typeof fields === 'object' && fields !== null ? (fields as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const isError = (fields: Fields): boolean =>
  fields['error'] !== undefined ||
  fields.s3Failures !== undefined ||
  (fields[METRICS.outcome] !== undefined && !GOOD.has(fields[METRICS.outcome]));

const describeS3 = ({ operation, bucket, name, status, requestId, advice }: S3Failure): string =>
  [`${operation} of ${bucket}:`, name, status, requestId && `request ${requestId}`, advice].filter(Boolean).join(' ');

function describe(fields: Fields): string {
  const text = (name: string, unit = '') => (fields[name] === undefined ? '' : `${String(fields[name])}${unit}`);
  if (fields[METRICS.outcome] === undefined) return JSON.stringify(fields);
  const phases = [METRICS.get, METRICS.render, METRICS.put]
    .filter((phase) => fields[phase] !== undefined)
    .map((phase) => `${phase.replace('Milliseconds', '').toLowerCase()} ${text(phase, ' ms')}`);
  return [
    text(METRICS.outcome),
    `${text('key')}/${text('variant')}`,
    text('contentType'),
    text(METRICS.bytesOut, ' bytes'),
    ...phases,
    text('made'),
    text('note'),
    ...(fields.s3Failures ?? []).map(describeS3),
    text('error'),
  ]
    .filter(Boolean)
    .join('  ');
}

export interface Printing {
  /** As the function wrote it. */
  json: boolean;
  /** Only what went wrong. */
  errors: boolean;
}

/** An event as a line for a person; nothing for what is not wanted. */
export function lineOf({ time, message }: LogEvent, { json, errors }: Printing): string | undefined {
  if (OF_LAMBDA.test(message)) return undefined;
  const fields = fieldsOf(message);
  if (errors && fields && !isError(fields)) return undefined;
  if (json) return message;
  return `${new Date(time).toISOString()}  ${fields ? describe(fields) : message}`;
}
