import { FAILURE_STATUSES, type FailureCode } from '../../edge/failure-statuses';
import { METRICS, UNSTORED } from '../../edge/metrics';
import type { S3Failure } from '../../edge/origin-response/s3-failure';
import { answerLine } from './answer';
import type { Colour, Paint } from './paint';

/** Outcomes that are no errors. */
const GOOD = new Set<unknown>(['rendered', 'redirected', 'NOT_FOUND']);

/** Lambda's own lines about each request. */
const LAMBDA_LINE = /^(INIT_START|START|END|REPORT) /;

const STATUSES: Record<string, number> = { ...FAILURE_STATUSES, rendered: 200, redirected: 302, FAULT: 503 };

type Fields = Record<string, string | number | boolean | undefined> & { s3Failures?: S3Failure[] };

/** A line of a function's log, for people. */
interface FunctionLine {
  /** Whether something went wrong. */
  isError: boolean;
  /** Whether it says more than the line about the answer. */
  isNews: boolean;
  describe(paint: Paint): string;
}

/** Reads a line of a function's log; undefined for Lambda's own lines. */
export function readFunctionLine(message: string): FunctionLine | undefined {
  if (LAMBDA_LINE.test(message)) return undefined;
  const fields = fieldsOf(message);
  if (!fields) return { isError: true, isNews: true, describe: (paint) => paint('failed', message) };
  if (fields[METRICS.outcome] !== undefined) return renderLine(fields);
  if (fields['refreshed'] !== undefined) return refreshLine(fields);
  if (fields['eager'] !== undefined) return eagerLine(fields);
  const isError = fields['error'] !== undefined;
  return {
    isError,
    isNews: true,
    describe: (paint) => paint(isError ? 'failed' : undefined, JSON.stringify(fields)),
  };
}

function fieldsOf(message: string): Fields | undefined {
  try {
    const fields: unknown = JSON.parse(message.slice(message.indexOf('{')));
    return typeof fields === 'object' && fields !== null ? (fields as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const describeS3 = ({ operation, bucket, name, status, requestId, advice }: S3Failure): string =>
  [`${operation} of ${bucket}:`, name, status, requestId && `request ${requestId}`, advice].filter(Boolean).join(' ');

/** A render: the line of an answer, then the time of each phase and anything unusual. */
function renderLine(fields: Fields): FunctionLine {
  const number = (name: string) => fields[name] as number | undefined;
  const outcome = String(fields[METRICS.outcome]);
  const { made = outcome, s3Failures = [], reason, note, error, processEnded } = fields;
  const isError = error !== undefined || s3Failures.length > 0 || !GOOD.has(outcome);
  const phases = [METRICS.get, METRICS.render, METRICS.put].filter((phase) => number(phase) !== undefined);
  const remarks = [note, processEnded, ...s3Failures.map(describeS3), error].filter((each) => each !== undefined);
  const describe = (paint: Paint): string => {
    const isFailure = Object.hasOwn(FAILURE_STATUSES, String(made)) || made === 'FAULT';
    const answer = answerLine(
      {
        status: STATUSES[String(made)] ?? number('originStatus') ?? 0,
        code: isFailure ? (made as FailureCode) : undefined,
        contentType: fields['contentType'] as string | undefined,
        width: number('width'),
        height: number('height'),
        bytes: number(METRICS.bytesOut),
        how: outcome === UNSTORED ? `${String(made)}, ${UNSTORED},` : isFailure ? undefined : outcome,
        ...(phases.length > 0 && { milliseconds: phases.reduce((sum, phase) => sum + number(phase)!, 0) }),
        subject: `${String(fields['key'])}/${String(fields['variant'])}`,
      },
      paint,
    );
    const times = phases.map((phase) => `${phase.replace('Milliseconds', '').toLowerCase()} ${number(phase)} ms`);
    const colour: Colour = error === undefined ? 'refused' : 'failed';
    return [
      answer,
      ...(times.length > 0 ? [paint('quiet', times.join(', '))] : []),
      ...(reason === undefined ? [] : [paint('quiet', String(reason))]),
      ...remarks.map((each) => paint(colour, String(each))),
    ].join('  ');
  };
  return { isError, isNews: remarks.length > 0 || outcome === UNSTORED, describe };
}

function refreshLine({ refreshed, exists, variants, stale, isInvalidated }: Fields): FunctionLine {
  const what = exists === false ? 'gone' : 'refreshed';
  const describe = (paint: Paint) =>
    `${what} ${paint(undefined, String(refreshed))}  ${paint('quiet', `${stale} of ${variants} variants deleted${isInvalidated ? ', invalidated' : ''}`)}`;
  return { isError: false, isNews: Number(stale) > 0, describe };
}

function eagerLine({ eager, isEarly }: Fields): FunctionLine {
  const what = isEarly ? 'some are asked for again when no older error can be cached' : 'all are made';
  const describe = (paint: Paint) => `eager sizes of ${paint(undefined, String(eager))}  ${paint('quiet', what)}`;
  return { isError: false, isNews: false, describe };
}
