import { failure } from '../../../edge/failure';
import {
  type StoredRefusal,
  expiryOf,
  isInForce,
  parseRefusal,
  refusalMetadata,
} from '../../../edge/origin-response/stored-refusal';

const refusal: StoredRefusal = {
  failure: failure('TOO_LARGE', 'The original has 3,600,000,000 pixels; up to 50,000,000 are allowed.'),
  rules: '01234567',
  cacheTag: 'tag',
};

test('a render killed for its cost is refused for a day, any other for as long as its original stays the same', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(expiryOf(refusal.failure, now)).toBeUndefined();
  const expires = expiryOf({ ...refusal.failure, killed: true }, now)!;
  const killed = parseRefusal(refusalMetadata({ ...refusal, expires }), '"e"')!;
  const isInForceAfter = (hours: number) => isInForce(killed, refusal.rules, now + hours * 3_600_000);
  expect([isInForceAfter(0), isInForceAfter(23.9), isInForceAfter(24)]).toEqual([true, true, false]);
});

test.each([
  ['plain', 'A line.'],
  ['in any script', '原画は大きすぎます: “ü” 😀'],
  ['with control characters', 'a\r\nb\0'],
])('a line %s comes back as it was', (_, message) => {
  const metadata = refusalMetadata({ ...refusal, failure: failure('CORRUPT', message) });
  expect(metadata['refusal-line']).toMatch(/^[\x21-\x7e]+$/);
  expect(parseRefusal(metadata, undefined)!.failure).toEqual({ code: 'CORRUPT', message });
});

test('a long line is cut between two characters, and a broken one does not throw', () => {
  const metadata = refusalMetadata({ ...refusal, failure: failure('CORRUPT', '😀'.repeat(300)) });
  expect(metadata['refusal-line']!.length).toBeLessThanOrEqual(500);
  expect(parseRefusal(metadata, undefined)!.failure.message).toBe('😀'.repeat(41));
  const broken = refusalMetadata({ ...refusal, failure: failure('CORRUPT', 'a\ud800b') });
  expect(parseRefusal(broken, undefined)!.failure.message).toBe('a\ufffdb');
  expect(parseRefusal({ ...broken, 'refusal-line': '%zz' }, undefined)!.failure.message).toBe('%zz');
});

test('a picture is no refusal', () => {
  expect(parseRefusal({ 'cache-tag': 'tag', 'original-etag': 'e' }, '"e"')).toBeUndefined();
});
