import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudFrontResultResponse } from 'aws-lambda';
import { originResponseEvent } from '../../../local/src/cloudfront/origin-response';
import { readDeployment } from '../../../local/src/deployment/read';
import type { LambdaFunction } from '../../../local/src/functions/function';
import { startLambda } from '../../../local/src/functions/lambda';
import { EXAMPLE, exampleFont } from '../render/fixtures/font';
import { type Line, lettering, linesOf } from '../render/lettering';

/** The function from its asset, on a machine whose own fonts fontconfig is told of by the usual variable. */
const deployment = readDeployment(process.env['CDK_OUT']!);
const distribution = deployment.distributions[0]!;
const origin = distribution.config.Origins[0]!;

let machine: string;
let svg = '';
let s3: Server;
let lambda: LambdaFunction;
beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), 'machine-'));
  mkdirSync(join(machine, 'fonts'));
  writeFileSync(join(machine, 'fonts', 'example.ttf'), exampleFont());
  writeFileSync(
    join(machine, 'fonts.conf'),
    `<fontconfig><dir>${machine}/fonts</dir><cachedir>${machine}/cache</cachedir></fontconfig>`,
  );
  // Of S3 only the answer to a GET and a PUT is needed; whose they are does not matter here.
  s3 = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { etag: '"0123456789abcdef0123456789abcdef"' });
      response.end(request.method === 'GET' ? svg : '');
    });
  }).listen(0, '127.0.0.1');
  const arn = distribution.config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!.LambdaFunctionARN;
  const definition = deployment.functions.find(({ versions }) => versions.some((version) => version.arn === arn))!;
  await new Promise((resolve) => s3.once('listening', resolve));
  lambda = startLambda({
    definition: { ...definition, environment: { FONTCONFIG_FILE: join(machine, 'fonts.conf') } },
    credentials: { accessKeyId: 'none', secretAccessKey: 'none', sessionToken: 'none' },
    endpoints: { s3: `http://127.0.0.1:${(s3.address() as AddressInfo).port}` },
    log: () => undefined,
  });
});
afterAll(async () => {
  await lambda.close();
  s3.close();
  rmSync(machine, { recursive: true, force: true });
});

/** What lines of text look like that the function draws. */
async function drawn(...lines: Line[]): Promise<string[]> {
  svg = lettering(lines);
  const request = {
    method: 'GET',
    uri: '/a.svg/full-inside.png',
    headers: {},
    requestId: '1',
    clientIp: '127.0.0.1',
  };
  const response = { status: 404, headers: {}, body: Buffer.alloc(0) };
  const outcome = await lambda.invoke(originResponseEvent(request, response, origin, distribution));
  if (outcome.kind !== 'answer') throw new Error(outcome.message);
  const { status, body } = outcome.value as CloudFrontResultResponse;
  if (status !== '200') throw new Error(`${status}: ${body}`);
  return linesOf(Buffer.from(body!, 'base64'));
}

const family = (name: string, more = ''): string => `font-family="${name}" ${more}`;

const GENERIC = ['sans-serif', 'serif', 'monospace'];

test('text has letters, with serifs and without, of one width, bold and slanted', async () => {
  const styles = ['', 'font-weight="bold"', 'font-style="italic"', 'font-weight="bold" font-style="italic"'];
  const all = GENERIC.flatMap((name) => styles.map((style): Line => ['Hamburgefonstiv', family(name, style)]));
  const seen = await drawn(['', ''], ...all);
  expect(new Set(seen).size).toBe(1 + all.length);
});

test.each(GENERIC)('Greek and Cyrillic letters in %s, regular and bold, are no boxes', async (name) => {
  for (const weight of ['400', '700']) {
    const letters = Array.from('AzÉßŁőΩψήЖщЇѓ', (letter): Line => [letter, family(name, `font-weight="${weight}"`)]);
    // Characters of private use, which nothing has: boxes with their numbers, or without.
    const seen = await drawn(['\uE000', family(name)], ['\uE001', family(name)], ...letters);
    expect(new Set(seen.slice(1)).size).toBe(seen.length - 1);
    expect(seen.slice(2)).not.toContain(seen[0]);
  }
});

test.each([
  ['Arial', 'sans-serif'],
  ['Helvetica', 'sans-serif'],
  ['Verdana', 'sans-serif'],
  ['Segoe UI, serif', 'sans-serif'],
  ['system-ui, serif', 'sans-serif'],
  ['Nothing That There Is', 'sans-serif'],
  ['Nothing That There Is, serif', 'serif'],
  ['Times New Roman', 'serif'],
  ['Georgia', 'serif'],
  ['Courier New', 'monospace'],
  ['Consolas', 'monospace'],
])('%s is drawn as %s', async (name, generic) => {
  const [named, expected, ...others] = await drawn(
    ['Hamburgefonstiv', family(name)],
    ['Hamburgefonstiv', family(generic)],
    ...GENERIC.filter((each) => each !== generic).map((each): Line => ['Hamburgefonstiv', family(each)]),
  );
  expect(named).toBe(expected);
  expect(others).not.toContain(named);
});

test('the fonts of the machine are not used', async () => {
  const [example, ...generic] = await drawn(
    ['Hamburgefonstiv', family(EXAMPLE)],
    ...GENERIC.map((name): Line => ['Hamburgefonstiv', family(name)]),
  );
  // With the machine's fonts, which are one alone, all of them would be drawn by that.
  expect(generic.map((line) => line === example)).toEqual([true, false, false]);
});
