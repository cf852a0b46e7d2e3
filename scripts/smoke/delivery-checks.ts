import { CACHE_TAG_HEADER } from '../../edge/cache-tag';
import { featuresOf } from '../../edge/config/features';
import { encodeKey } from '../../edge/path';
import { ANY, type Check, type Context, WEBP, expect } from './check';
import { pathOf } from './paths';
import { servedBy } from '../x-cache';

const HEADERS: [name: string, value: RegExp][] = [
  ['x-content-type-options', /^nosniff$/],
  ['access-control-allow-origin', /^\*$/],
  ['access-control-expose-headers', /^\*$/],
  ['cross-origin-resource-policy', /^cross-origin$/],
  ['timing-allow-origin', /^\*$/],
  ['vary', /accept/i],
  ['cache-control', /max-age=\d+.*s-maxage=\d+/],
];

/** A second request may go to another cache than the first, so a hit may take several. */
const TRIES = 10;

type Subject = Pick<Context, 'subjects' | 'config'>;

const small = ({ subjects, config }: Subject) => pathOf(config, subjects.photo, config.sizes[0]!);

/** A variant that no other check requests. */
const fresh = ({ subjects, config }: Subject) => pathOf(config, subjects.photo, config.sizes.at(-1)!, 'jpeg');

export const deliveryChecks: Check[] = [
  {
    promise: 'plain HTTP is redirected to HTTPS',
    async run({ distribution, subjects, config }) {
      if (!distribution.url.startsWith('https:')) return undefined;
      const at = distribution.url.replace('https:', 'http:');
      const { status, headers } = await distribution.ask(small({ subjects, config }), { at });
      expect(status === 301 && headers['location']!.startsWith('https:'), `${status} instead of 301`);
      return '301';
    },
  },
  {
    promise: 'a variant is rendered once, then comes from the cache, with the same bytes',
    async run(context) {
      const first = await context.distribution.ask(fresh(context));
      const how = first.headers['x-resizer'];
      expect(
        first.status === 200 && how === 'rendered',
        `the first answer is ${first.status}, ${how ?? 'not rendered'}`,
      );
      for (let tries = 1; tries <= TRIES; tries++) {
        const next = await context.distribution.ask(fresh(context));
        expect(next.headers['etag'] === first.headers['etag'], 'the ETag changes');
        expect(next.body.equals(first.body), 'the bytes change');
        if (servedBy(next.headers) === 'cache') return `a hit after ${tries}`;
      }
      throw new Error(`no hit in ${TRIES} requests`);
    },
  },
  {
    promise: 'a browser that has the variant gets a 304',
    async run(context) {
      const { headers } = await context.distribution.ask(fresh(context));
      const conditional = { 'if-none-match': headers['etag']! };
      const { status, body } = await context.distribution.ask(fresh(context), { headers: conditional });
      expect(status === 304 && body.length === 0, `${status} with ${body.length} bytes instead of 304`);
      return '304';
    },
  },
  {
    promise: 'HEAD gets the answer of GET, without the body',
    async run({ distribution, subjects, config }) {
      const path = small({ subjects, config });
      const get = await distribution.ask(path, { accept: WEBP });
      const head = await distribution.ask(path, { accept: WEBP, method: 'HEAD' });
      expect(head.status === 200 && head.body.length === 0, `${head.status} with ${head.body.length} bytes`);
      expect(head.headers['content-type'] === get.headers['content-type'], 'the types differ');
      return head.headers['content-type'];
    },
  },
  {
    promise: 'the headers for caches, security and other sites are there, and none of S3',
    async run({ distribution, subjects, config }) {
      const path = small({ subjects, config });
      const { headers } = await distribution.ask(path, { accept: ANY });
      const { customPolicies } = featuresOf(config.stack);
      // Without a policy, CloudFront may drop `Vary`, and nothing removes the cache tag.
      const promised = HEADERS.filter(([name]) => customPolicies || name !== 'vary');
      const hidden = Object.keys(headers).filter((name) => customPolicies || name !== CACHE_TAG_HEADER);
      for (const [name, value] of promised) {
        expect(value.test(headers[name] ?? ''), `${name}: ${headers[name] ?? 'missing'}`);
      }
      const leaked = hidden.find((name) => name.startsWith('x-amz-') && !name.startsWith('x-amz-cf-'));
      expect(leaked === undefined, `${leaked} reaches the viewer`);
      return `${promised.length} headers`;
    },
  },
  {
    promise: 'any site may read every answer, image or error, with an Origin and without',
    async run({ distribution, subjects, config }) {
      const size = config.sizes[0]!;
      const paths = [
        pathOf(config, subjects.photo, size),
        pathOf(config, subjects.text, size),
        pathOf(config, subjects.missing, size),
        '/',
        `/a/%2e%2e/${encodeKey(subjects.photo)}`,
      ];
      // The first answers are new, the second ones come from caches.
      for (const path of [...paths, ...paths]) {
        for (const origin of [undefined, 'https://example.com']) {
          const answer = await distribution.ask(path, { accept: ANY, ...(origin && { headers: { origin } }) });
          const allowed = answer.headers['access-control-allow-origin'];
          expect(allowed === '*', `${answer.status} for ${path}: access-control-allow-origin: ${allowed ?? 'missing'}`);
        }
      }
      return `${paths.length} answers`;
    },
  },
];
