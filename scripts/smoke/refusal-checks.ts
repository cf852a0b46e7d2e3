import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Config } from '../../edge/config/schema';
import type { UrlForm } from '../../edge/variant';
import { encodeKey } from '../../edge/path';
import { MAX_SIDE } from '../../edge/grammar-constants';
import { ANY, type Check, type Context, expect } from './check';
import { pathOf } from './paths';

/** A path that has to be refused, with all correct answers. */
type ExpectedRefusal = [path: string, ...answers: `${number} ${string}`[]];

/**
 * Not UTF-8. CloudFront may read it as ISO 8859-1 and pass it on as UTF-8: then it names a missing original.
 */
const NOT_UTF8 = '/%ff.jpg';

/** The largest possible size, which hardly any config lists. */
const UNLISTED = `${MAX_SIDE}x${MAX_SIDE}`;

const refused = ({ urls, sizes, snap, signed }: Config, key: string): ExpectedRefusal[] => [
  ['/', '404 NO_KEY'],
  // Not above the base, where another behaviour would answer.
  [`/a/%2e%2e/${key}`, '400 BAD_PATH'],
  [NOT_UTF8, '400 BAD_PATH', '404 NOT_FOUND'],
  [`/${key}?q=101`, '400 BAD_OPTION'],
  [`/${key}?fit=sideways`, '400 BAD_OPTION'],
  ...(sizes.includes(UNLISTED) ? [] : unlisted(snap ? [] : urls, key, Boolean(signed))),
  ...(urls.includes('query') ? [[`/${key}?w=0`, '400 BAD_SIZE'] as ExpectedRefusal] : []),
];

/** A canonical path is never snapped. */
const unlisted = (urls: UrlForm[], key: string, isSignable: boolean): ExpectedRefusal[] => {
  const paths = [`/${key}/${UNLISTED}-fill.jpeg`];
  if (urls.includes('first')) paths.push(`/${UNLISTED}/${key}`);
  if (urls.includes('query')) paths.push(`/${key}?size=${UNLISTED}`);
  return paths.map((path) => [path, '403 SIZE_NOT_ALLOWED', ...(isSignable ? ['403 NO_SIGNATURE' as const] : [])]);
};

async function isDenied({ originals }: Context, key: string): Promise<boolean> {
  const stranger = new S3Client({
    region: await originals.client.config.region(),
    followRegionRedirects: true,
    // Unsigned.
    signer: { sign: async (request) => request },
  });
  try {
    await stranger.send(new GetObjectCommand({ Bucket: originals.bucket, Key: originals.prefix + key }));
    return false;
  } catch (error) {
    return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
  }
}

export const refusalChecks: Check[] = [
  {
    promise: 'malformed and unlisted requests are refused, with a line that says what is allowed',
    async run({ distribution, subjects, config }) {
      const paths = refused(config, encodeKey(subjects.photo));
      for (const [path, ...answers] of paths) {
        const { status, headers, body } = await distribution.ask(path);
        const seen = `${status} ${headers['x-resizer-error'] ?? 'without a code'}`;
        expect(
          answers.some((each) => each === seen),
          `${path} is answered with ${seen}, not ${answers.join(' or ')}`,
        );
        expect(body.toString().trim().split('\n').length === 1 && body.length > 10, `${path} has no line of text`);
      }
      return `${paths.length} paths`;
    },
  },
  {
    promise: 'a path that is not UTF-8 is refused, or not found',
    async run({ distribution }) {
      const { status, headers } = await distribution.ask(NOT_UTF8);
      const answer = `${status} ${headers['x-resizer-error'] ?? 'no code'}`;
      expect(answer === '400 BAD_PATH' || answer === '404 NOT_FOUND', `${NOT_UTF8} is answered with ${answer}`);
      return answer;
    },
  },
  {
    promise: 'methods other than GET and HEAD are refused',
    async run({ distribution, subjects }) {
      const { status } = await distribution.ask(`/${encodeKey(subjects.photo)}`, { method: 'DELETE' });
      expect(status === 403 || status === 405, `DELETE is answered with ${status}`);
      return String(status);
    },
  },
  {
    promise: 'a missing original is a 404, and a file that is not an image a 415',
    async run({ distribution, subjects, config }) {
      const ask = (key: string) => distribution.ask(pathOf(config, key, config.sizes[0]!), { accept: ANY });
      const missing = await ask(subjects.missing);
      expect(missing.status === 404, `the missing one is answered with ${missing.status}`);
      const text = await ask(subjects.text);
      const code = text.headers['x-resizer-error'];
      expect(text.status === 415 && code === 'UNSUPPORTED', `the text is answered with ${text.status} ${code}`);
      return '404 and 415';
    },
  },
  {
    promise: 'strangers can reach originals neither through the distribution nor at S3',
    async run(context) {
      const { distribution, subjects, originals } = context;
      const key = encodeKey(subjects.text);
      for (const path of [
        `/${key}`,
        `/${originals.prefix}${key}`,
        `/${key}?x-id=GetObject`,
        '/?list-type=2',
        '/?prefix=',
      ]) {
        const { status, body } = await distribution.ask(path);
        expect(status >= 400, `${path} is answered with ${status}`);
        expect(!body.includes('This is no image.'), `${path} shows the original`);
        expect(!body.includes('<ListBucketResult'), `${path} lists a bucket`);
      }
      expect(await isDenied(context, subjects.text), 'S3 hands it to anyone');
      return 'private';
    },
  },
];
