import sharp from 'sharp';
import { encodeKey } from '../../edge/path';
import { type Size, parseSize } from '../../edge/size';
import { LAMBDA_EDGE } from '../../edge/limits';
import { ANY, AVIF, type Check, type Context, WEBP, expect } from './check';
import { pathOf, pixelsOf } from './paths';
import { LETTERS, NOISE, PHOTO } from './subjects';

const near = (seen: number, expected: number): boolean => Math.abs(seen - expected) <= 1;

const FORMATS: Record<string, string[]> = {
  [AVIF]: ['image/avif', 'image/webp', 'image/jpeg', 'image/png'],
  [WEBP]: ['image/webp', 'image/jpeg', 'image/png'],
  [ANY]: ['image/jpeg', 'image/png'],
};

/** As PNG, this many pixels of noise exceed the limit of a function's response. */
const LARGE_PIXELS = 600_000;

/** Dark pixels in each of the two lines of letters, counted at one size. */
async function inkOfLines(image: Buffer): Promise<number[]> {
  const { data } = await sharp(image)
    .flatten({ background: 'white' })
    .resize(LETTERS.width, LETTERS.height * 2, { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const half = data.length / 2;
  return [data.subarray(0, half), data.subarray(half)].map((line) => line.filter((value) => value < 160).length);
}

const area = ({ width, height }: Required<Size>): number => width * height;

/** The size with the most pixels of noise. */
function largestOfNoise({ config }: Context): string | undefined {
  const pixels = (size: string) => area(pixelsOf(parseSize(size), NOISE, config));
  return [...config.sizes].sort((a, b) => pixels(b) - pixels(a)).find((size) => pixels(size) >= LARGE_PIXELS);
}

export const sizeChecks: Check[] = [
  {
    promise: 'every listed size has the right pixels, upright',
    async run({ distribution, config, subjects }) {
      for (const name of config.sizes) {
        const { status, body } = await distribution.ask(pathOf(config, subjects.photo, name), { accept: ANY });
        expect(status === 200, `${name} is answered with ${status}`);
        const seen = await sharp(body).metadata();
        const { width, height } = pixelsOf(parseSize(name), PHOTO, config);
        expect(
          near(seen.width, width) && near(seen.height, height),
          `${name} is ${seen.width}x${seen.height} instead of ${width}x${height}`,
        );
      }
      return `${config.sizes.length} sizes`;
    },
  },
  {
    promise: 'the metadata of the camera is removed, such as the GPS position',
    async run({ distribution, config, subjects }) {
      for (const accept of [AVIF, WEBP, ANY]) {
        const { body } = await distribution.ask(pathOf(config, subjects.photo, config.sizes[0]!), { accept });
        const { exif, xmp, iptc } = await sharp(body).metadata();
        expect(!exif && !xmp && !iptc, `metadata is left for Accept: ${accept}`);
      }
      return 'no metadata';
    },
  },
  {
    promise: 'each class of browsers gets a format that it accepts',
    async run({ distribution, config, subjects }) {
      const seen: string[] = [];
      for (const [accept, formats] of Object.entries(FORMATS)) {
        const { headers, body } = await distribution.ask(pathOf(config, subjects.photo, config.sizes[0]!), { accept });
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
    promise: 'the text of an SVG has letters, not boxes for missing fonts',
    async run({ distribution, config, subjects }) {
      // If possible, a size that does not crop.
      const size = config.sizes.find((each) => !(parseSize(each).width && parseSize(each).height)) ?? config.sizes[0]!;
      const { status, body } = await distribution.ask(pathOf(config, subjects.drawing, size, 'png'));
      expect(status === 200, `the SVG is answered with ${status}`);
      const lines = await inkOfLines(body);
      // Boxes all look the same, and without any font there is nothing.
      expect(Math.min(...lines) > 0 && lines[1]! > lines[0]! * 1.5, `ink of ${lines.join(' and ')} in the two lines`);
      return 'letters';
    },
  },
  {
    promise: 'all forms of a URL lead to one variant',
    async run({ distribution, config, subjects }) {
      const size = config.sizes.find((each) => each !== 'full');
      if (!size) return undefined;
      const key = encodeKey(subjects.photo);
      const forms = {
        query: `/${key}?size=${size}`,
        first: `/${size}/${key}`,
        lastFolder: `/${key.replace(/([^/]+)$/, `${size}/$1`)}`,
      };
      const asked = [pathOf(config, subjects.photo, size), ...config.urls.map((form) => forms[form])];
      const answers = await Promise.all(asked.map((path) => distribution.ask(path, { accept: ANY })));
      const tags = new Set(answers.map(({ status, headers }) => `${status} ${headers['etag'] ?? ''}`));
      expect(tags.size === 1 && [...tags][0]!.startsWith('200 '), `${asked.join(' and ')} differ`);
      return ['canonical', ...config.urls].join(', ');
    },
  },
  {
    promise: 'names in a query may be sent in any case',
    async run({ distribution, config, subjects }) {
      const size = config.urls.includes('query') && config.sizes.find((each) => each.endsWith('w'));
      if (!size) return undefined;
      const query = `?W=${parseSize(size).width}`;
      const canonical = await distribution.ask(pathOf(config, subjects.photo, size), { accept: ANY });
      const { status, headers } = await distribution.ask(`/${encodeKey(subjects.photo)}${query}`, { accept: ANY });
      expect(status === 200 && headers['etag'] === canonical.headers['etag'], `${query} is another variant, ${status}`);
      return query;
    },
  },
  {
    promise: 'a picture over the limit of a function response arrives by a redirect to the stored variant',
    async run(context) {
      const size = largestOfNoise(context);
      if (!size) return undefined;
      const { distribution, subjects, config } = context;
      const first = await distribution.ask(pathOf(config, subjects.noise, size, 'png'));
      expect(first.status === 302, `${first.status} instead of 302`);
      expect(/no-store/.test(first.headers['cache-control'] ?? ''), 'the redirect may be cached');
      const second = await distribution.ask(first.headers['location']!.slice(config.base?.length ?? 0));
      expect(
        second.status === 200 && second.body.length > LAMBDA_EDGE.responseBytes,
        `then ${second.status}, ${second.body.length} bytes`,
      );
      return `${second.body.length} bytes`;
    },
  },
];
