import { allows } from '../../edge/allow-list';
import { grammarOf } from '../../edge/config/schema';
import { SIGNATURE_CHARACTERS } from '../../edge/signature';
import { encodeKey } from '../../edge/path';
import { type Variant, printVariant } from '../../edge/variant';
import { type Check, expect } from './check';
import type { Answer } from './distribution';
import { pathOf } from './paths';

/** CloudFront's own refusals have no code of this project. */
const seenIn = ({ status, headers }: Answer): string => `${status} ${headers['x-resizer-error'] ?? 'without a code'}`;

const BY_CLOUDFRONT = '403 without a code';

const WRONG = 'A'.repeat(SIGNATURE_CHARACTERS);

/** Requests that need a key or a signature. */
export const accessChecks: Check[] = [
  {
    promise: 'only viewers with signed cookies or URLs get pictures for members',
    async run({ distribution, subjects, config }) {
      if (!config.private) return undefined;
      const [size] = config.sizes;
      const keys = config.private.paths?.map((folder) => `${folder}/${subjects.photo}`) ?? [subjects.photo];
      for (const key of keys) {
        const path = pathOf(config, key, size!);
        const seen = seenIn(await distribution.ask(path, { isStranger: true }));
        expect(seen === BY_CLOUDFRONT, `${path} is answered with ${seen} for a stranger`);
      }
      if (subjects.member === undefined) return `${keys.length} refused`;
      const { status } = await distribution.ask(pathOf(config, subjects.member, size!));
      expect(status === 200, `${subjects.member} is answered with ${status} for a member`);
      return `${keys.length} refused, 200 for a member`;
    },
  },
  {
    promise: 'no other form of URL leads to pictures for members',
    async run({ distribution, subjects, config }) {
      const folders = config.private?.paths;
      if (!folders || !config.urls.includes('first')) return undefined;
      const paths = folders.map((folder) => `/${config.sizes[0]}/${encodeKey(`${folder}/${subjects.photo}`)}`);
      for (const path of paths) {
        for (const isStranger of [true, false]) {
          const seen = seenIn(await distribution.ask(path, { isStranger }));
          expect(seen === '403 OTHER_FOLDER', `${path} is answered with ${seen}`);
        }
      }
      return `${paths[0]} and ${paths.length - 1} more`.replace(' and 0 more', '');
    },
  },
  {
    promise: 'unlisted sizes need a valid signature',
    async run({ distribution, subjects, config }) {
      if (!config.signed) return undefined;
      const grammar = grammarOf(config);
      const unlisted = [...Array(grammar.signed).keys()]
        .map((side): Variant => ({ width: side + 1, fit: 'inside', target: 'auto' }))
        .find((variant) => !allows(grammar, variant));
      if (!unlisted) return undefined;
      const path = `/${encodeKey(subjects.photo)}/${printVariant(unlisted)}`;
      for (const [search, code] of [
        ['', 'NO_SIGNATURE'],
        [`?s=${WRONG}`, 'WRONG_SIGNATURE'],
      ] as const) {
        const seen = seenIn(await distribution.ask(path + search));
        expect(seen === `403 ${code}`, `${path}${search} is answered with ${seen}`);
      }
      return path;
    },
  },
];
