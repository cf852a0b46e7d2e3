import sharp from 'sharp';
import { type Size, encodeKey, parseSize } from '../../edge/grammar';
import type { Config } from '../../edge/config';
import { ANY, AVIF, type Check, WEBP, expect } from './check';
import { HEIGHT, WIDTH } from './subjects';

/** Pixels that a listed size of the test image has: never enlarged, and cropped where two sides are given. */
function expectedPixels({ width, height }: Size, config: Config): [width: number, height: number] {
  const scaled = (factor: number): [number, number] => [
    Math.round(WIDTH * Math.min(1, factor)),
    Math.round(HEIGHT * Math.min(1, factor)),
  ];
  if (!width && !height) return scaled(config.full / Math.max(WIDTH, HEIGHT));
  if (!height) return scaled(width! / WIDTH);
  if (!width) return scaled(height / HEIGHT);
  const [fit] = config.fits;
  if (fit === 'inside') return scaled(Math.min(width / WIDTH, height / HEIGHT));
  if (fit === 'outside') return scaled(Math.max(width / WIDTH, height / HEIGHT));
  const shrink = Math.min(1, WIDTH / width, HEIGHT / height);
  return [Math.round(width * shrink), Math.round(height * shrink)];
}

const near = (seen: number, expected: number): boolean => Math.abs(seen - expected) <= 1;

const FORMATS: Record<string, string[]> = {
  [AVIF]: ['image/avif', 'image/webp', 'image/jpeg', 'image/png'],
  [WEBP]: ['image/webp', 'image/jpeg', 'image/png'],
  [ANY]: ['image/jpeg', 'image/png'],
};

export const sizeChecks: Check[] = [
  {
    promise: 'every listed size has its pixels',
    async run({ distribution, config, subjects }) {
      for (const name of config.sizes) {
        const { status, body } = await distribution.ask(`/${encodeKey(subjects.photo)}?size=${name}`, { accept: ANY });
        expect(status === 200, `${name} is answered with ${status}`);
        const { width, height } = await sharp(body).metadata();
        const [wide, high] = expectedPixels(parseSize(name), config);
        expect(near(width, wide) && near(height, high), `${name} is ${width}x${height} in place of ${wide}x${high}`);
      }
      return `${config.sizes.length} sizes`;
    },
  },
  {
    promise: 'each class of browsers gets a format that it takes',
    async run({ distribution, config, subjects }) {
      const seen: string[] = [];
      for (const [accept, formats] of Object.entries(FORMATS)) {
        const path = `/${encodeKey(subjects.photo)}?size=${config.sizes[0]}`;
        const { headers, body } = await distribution.ask(path, { accept });
        const type = headers['content-type'] ?? 'nothing';
        expect(formats.includes(type), `${type} for Accept: ${accept}`);
        const { format, compression } = await sharp(body).metadata();
        const decoded = format === 'heif' ? compression! : format;
        expect(type === `image/${decoded === 'av1' ? 'avif' : decoded}`, `${type} holds ${decoded}`);
        seen.push(type);
      }
      return seen.join(', ');
    },
  },
  {
    promise: 'all forms of a URL lead to one variant',
    async run({ distribution, config, subjects }) {
      const key = encodeKey(subjects.photo);
      const size = config.sizes.find((each) => /^\d+x\d+$/.test(each));
      if (!size) return undefined;
      const forms: Record<string, string> = {
        query: `/${key}?size=${size}`,
        first: `/${size}/${key}`,
        lastFolder: `/${key.replace(/([^/]+)$/, `${size}/$1`)}`,
      };
      const asked = config.urls.map((form) => forms[form]!);
      const answers = await Promise.all(asked.map((path) => distribution.ask(path, { accept: ANY })));
      const tags = new Set(answers.map(({ status, headers }) => `${status} ${headers['etag'] ?? ''}`));
      expect(tags.size === 1 && [...tags][0]!.startsWith('200 '), `${asked.join(' and ')} differ`);
      return config.urls.join(', ');
    },
  },
  {
    promise: 'a picture over the limit of a generated response arrives by a redirect to where it is stored',
    async run({ distribution, subjects }) {
      const path = `/${encodeKey(subjects.noise)}?format=png`;
      const first = await distribution.ask(path);
      expect(first.status === 302, `${first.status} in place of 302`);
      expect(/no-store/.test(first.headers['cache-control'] ?? ''), 'the redirect may be cached');
      const second = await distribution.ask(first.headers['location']!);
      expect(
        second.status === 200 && second.body.length > 1_048_576,
        `then ${second.status}, ${second.body.length} bytes`,
      );
      return `${second.body.length} bytes`;
    },
  },
];
