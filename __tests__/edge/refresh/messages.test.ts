import { parseMessage } from '../../../edge/refresh/messages';

const notification = (key: string, more: object[] = []) =>
  JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key } } }, ...more] });

const bridged = (key: string) =>
  JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Deleted', detail: { object: { key } } });

// S3 User Guide: notification-content-structure, ev-events
test.each([
  ['a+b%2Bc%25+%C3%BC.jpg', 'a b+c% ü.jpg'],
  ['dir//x.jpg', 'dir//x.jpg'],
  ['%F0%9F%98%80', '😀'],
])('the key %s of a notification is form-encoded: %s', (encoded, key) => {
  expect(parseMessage(notification(encoded), '')).toEqual([{ changed: key }]);
});

test('the key of an event of EventBridge is plain', () => {
  expect(parseMessage(bridged('a+b%20c.jpg'), '')).toEqual([{ changed: 'a+b%20c.jpg' }]);
});

test('every record of a notification counts', () => {
  const more = [{ s3: { object: { key: 'b.jpg' } } }];
  expect(parseMessage(notification('a.jpg', more), '')).toEqual([{ changed: 'a.jpg' }, { changed: 'b.jpg' }]);
});

test("S3's test event asks for nothing", () => {
  expect(parseMessage(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }), '')).toEqual([]);
});

test('the prefix of the originals is taken off, and what is outside of it ignored', () => {
  expect(parseMessage(notification('public/images/a.jpg'), 'public/')).toEqual([{ changed: 'images/a.jpg' }]);
  expect(parseMessage(bridged('private/a.jpg'), 'public/')).toEqual([]);
});

test('a task that the function sends to itself is parsed unchanged', () => {
  for (const task of [{ changed: 'a' }, { again: 'a', listed: true }, { eager: 'a', attempt: 2 }]) {
    expect(parseMessage(JSON.stringify(task), 'public/')).toEqual([task]);
  }
});

test.each([
  ['{}', 'no event of S3: {}'],
  ['{"source":"aws.s3","detail":{}}', 'no event of S3'],
  ['no JSON', 'JSON'],
  [notification('%'), 'URI malformed'],
])('%s is refused', (body, message) => {
  expect(() => parseMessage(body, '')).toThrow(message);
});
