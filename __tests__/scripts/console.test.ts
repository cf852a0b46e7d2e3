import type { ServedAnswer } from 'cloudfront-image-resizer-local';
import { Terminal } from '../../scripts/command-line';
import { Console, type ConsoleOptions } from '../../scripts/start/console';
import { photo } from '../local/running';
import { capture } from './command';

const answer = (over: Partial<ServedAnswer> = {}): ServedAnswer => ({
  method: 'GET',
  url: '/320w/a.jpg',
  status: 200,
  headers: { 'content-type': 'image/jpeg', 'x-cache': 'Miss from cloudfront' },
  body: Buffer.alloc(0),
  milliseconds: 12.4,
  region: 'us-east-1',
  ...over,
});

const rendered = (over: object) => ({
  name: 'Render',
  region: 'us-east-1',
  message: JSON.stringify({ key: 'a.jpg', variant: '320x.auto', Outcome: 'rendered', GetMilliseconds: 3, ...over }),
});

/** What is printed, once it is. */
async function printed(options: ConsoleOptions, use: (console: Console) => void): Promise<string[]> {
  const streams = capture();
  const console = new Console(new Terminal(streams), options);
  use(console);
  // It comes after all else, in whatever time that takes.
  console.onAnswer(answer({ status: 500, url: '/end', headers: {} }));
  while (!streams.printed().stdout.includes('/end')) await new Promise(setImmediate);
  return streams.printed().stdout.trim().split('\n').slice(0, -1);
}

test('a picture that takes a moment to measure is not overtaken', async () => {
  const body = await photo(64, 48);
  const lines = await printed({}, (console) => {
    console.onAnswer(answer({ body }));
    console.onAnswer(answer({ status: 304, headers: { ...answer().headers, 'x-cache': 'Hit from cloudfront' } }));
    console.onAnswer(answer({ method: 'HEAD', status: 302, headers: {} }));
  });
  expect(lines).toEqual([
    expect.stringMatching(/^200 JPEG 64×48 \d+ k?B from the origin in 12 ms {2}\/320w\/a\.jpg$/),
    '304 JPEG hit in 12 ms  /320w/a.jpg',
    '302 redirected in 12 ms  HEAD /320w/a.jpg',
  ]);
});

test('what a function logs is told where the answer does not tell it', async () => {
  const lines = await printed({}, (console) => {
    console.onFunctionLog(rendered({}));
    console.onFunctionLog(rendered({ note: 'the first frame' }));
    console.onFunctionLog({ ...rendered({}), message: '{"refreshed":"a.jpg","exists":true,"variants":3,"stale":0}' });
    console.onFunctionLog({ ...rendered({}), message: 'timeout: Task timed out after 25.00 seconds' });
    console.log('Render: init 120 ms');
  });
  expect(lines).toEqual([
    '200 rendered in 3 ms  a.jpg/320x.auto  get 3 ms  the first frame',
    'timeout: Task timed out after 25.00 seconds',
  ]);
});

test('with --quiet, only what goes wrong is told', async () => {
  const lines = await printed({ quiet: true }, (console) => {
    console.onAnswer(answer());
    console.onAnswer(answer({ status: 404, headers: { 'x-resizer-error': 'NOT_FOUND' } }));
    console.onAnswer(answer({ status: 503, headers: { 'x-resizer-error': 'UNAVAILABLE' } }));
    console.onFunctionLog(rendered({ note: 'the first frame' }));
    console.onFunctionLog(rendered({ error: 'a fault' }));
    console.tell('uploaded a.jpg');
    console.log('not run here: a table');
    console.log('origin-response function Render failed');
  });
  // What is no answer has nothing to wait for.
  expect(lines).toEqual([
    'origin-response function Render failed',
    '503 UNAVAILABLE in 12 ms  /320w/a.jpg',
    '200 rendered in 3 ms  a.jpg/320x.auto  get 3 ms  a fault',
  ]);
});

test('what a viewer or a key says commands no terminal', async () => {
  const lines = await printed({}, (console) => {
    console.onAnswer(answer({ url: '/\x1b[2J' }));
    console.onFunctionLog(rendered({ key: 'a\r\nb', note: '\x1b]0;title' }));
  });
  expect(lines).toEqual([
    '200 JPEG from the origin in 12 ms  /\\u001b[2J',
    '200 rendered in 3 ms  a\\r\\nb/320x.auto  get 3 ms  \\u001b]0;title',
  ]);
});
