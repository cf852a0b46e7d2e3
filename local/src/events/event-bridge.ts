import { randomUUID } from 'node:crypto';
import { type BucketLocation, type StorageEvent, requestId } from './s3-notification';

type Json = unknown;

const REASONS: Readonly<Record<StorageEvent['type'], Record<string, string>>> = {
  'ObjectCreated:Put': { reason: 'PutObject' },
  'ObjectCreated:Copy': { reason: 'CopyObject' },
  'ObjectCreated:CompleteMultipartUpload': { reason: 'CompleteMultipartUpload' },
  'ObjectRemoved:Delete': { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
  'ObjectRemoved:DeleteMarkerCreated': { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
  'LifecycleExpiration:Delete': { reason: 'Lifecycle Expiration', 'deletion-type': 'Permanently Deleted' },
  'LifecycleExpiration:DeleteMarkerCreated': {
    reason: 'Lifecycle Expiration',
    'deletion-type': 'Delete Marker Created',
  },
};

/** The event that S3 sends to EventBridge. The key is not encoded. S3 User Guide: ev-events. */
export function eventBridgeEventOf(event: StorageEvent, { account, region }: BucketLocation): Record<string, Json> {
  const { type, bucket, key, etag, size, sequencer, time } = event;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': type.startsWith('ObjectCreated:') ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3',
    account,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...(size !== undefined && { size }), ...(etag !== undefined && { etag }), sequencer },
      'request-id': requestId(),
      requester: account,
      'source-ip-address': '127.0.0.1',
      ...REASONS[type],
    },
  };
}

/** Whether an event, or a part of it, matches. */
export type Pattern = (event: Json) => boolean;

/**
 * Parses a rule's event pattern. EventBridge User Guide: eb-create-pattern-operators.
 * @throws Error of one line for an operator that is not modelled
 */
export function parsePattern(pattern: Json): Pattern {
  if (Array.isArray(pattern)) {
    const matchers = pattern.map(parseMatcher);
    // A list in an event matches if one of its entries does.
    return (value) => matchers.some((matches) => (Array.isArray(value) ? value.some(matches) : matches(value)));
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw new Error(`an event pattern has a list or an object, not ${JSON.stringify(pattern)}`);
  }
  const fields = Object.entries(pattern).map(([name, inner]) => {
    if (name.startsWith('$')) throw new Error(`the event pattern ${name} is not modelled`);
    return [name, parsePattern(inner)] as const;
  });
  return (value) => fields.every(([name, matches]) => matches((value as Record<string, Json> | undefined)?.[name]));
}

function parseMatcher(matcher: Json): Pattern {
  if (typeof matcher !== 'object' || matcher === null) return (value) => value === matcher;
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(matcher) as [string, Json][];
  const make = OPERATORS[operator];
  if (!make || others.length > 0) throw new Error(`the event pattern ${JSON.stringify(matcher)} is not modelled`);
  return make(operand);
}

const OPERATORS: Readonly<Record<string, (operand: Json) => Pattern>> = {
  prefix: (operand) => matchText(operand, (text, prefix) => text.startsWith(prefix)),
  suffix: (operand) => matchText(operand, (text, suffix) => text.endsWith(suffix)),
  'equals-ignore-case': (operand) => matchText(operand, (text, other) => text.toLowerCase() === other.toLowerCase()),
  wildcard: (operand) =>
    matchText(operand, (text, glob) => {
      const literals = glob.split('*').map((literal) => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
      return new RegExp(`^${literals.join('.*')}$`, 's').test(text);
    }),
  exists: (operand) => (value) => (value !== undefined) === operand,
  'anything-but': (operand) => {
    const excluded = (Array.isArray(operand) ? operand : [operand]).map(parseMatcher);
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  },
};

function matchText(operand: Json, matches: (text: string, operand: string) => boolean): Pattern {
  if (typeof operand !== 'string') throw new Error(`the event pattern ${JSON.stringify(operand)} is not modelled`);
  return (value) => typeof value === 'string' && matches(value, operand);
}
