import type { Info } from '../../edge/render/info';
import { encodeKey } from '../../edge/path';
import { INFO, INFO_TARGET } from '../../edge/variant';
import { type Check, expect } from './check';
import { FOCUS, PHOTO } from './subjects';

/** The canonical path of the facts about an original, below the base. */
export const infoPathOf = (key: string): string => `/${encodeKey(key)}/${INFO}.${INFO_TARGET}`;

const JSON_TYPE = 'application/json';

export const infoChecks: Check[] = [
  {
    promise: 'the facts about a picture are JSON: its upright size, its focal point and a placeholder',
    async run({ distribution, subjects }) {
      const { status, headers, body } = await distribution.ask(infoPathOf(subjects.photo));
      expect(status === 200 && headers['content-type'] === JSON_TYPE, `${status} with ${headers['content-type']}`);
      const { width, height, format, focus, placeholder } = JSON.parse(body.toString()) as Info;
      expect(width === PHOTO.width && height === PHOTO.height, `${width}x${height} instead of the upright size`);
      expect(focus?.x === FOCUS.x && focus.y === FOCUS.y, `the focal point is ${JSON.stringify(focus)}`);
      expect(placeholder.startsWith('data:image/webp;base64,'), 'the placeholder is no data URI');
      return `${format}, ${body.length} bytes`;
    },
  },
  {
    promise: 'without a picture, its facts are an error in JSON',
    async run({ distribution, subjects }) {
      for (const [key, code, expected] of [
        [subjects.missing, 'NOT_FOUND', 404],
        [subjects.text, 'UNSUPPORTED', 415],
      ] as const) {
        const { status, headers, body } = await distribution.ask(infoPathOf(key));
        expect(
          status === expected && headers['content-type'] === JSON_TYPE,
          `${status} with ${headers['content-type']}`,
        );
        const { error } = JSON.parse(body.toString()) as { error: string };
        expect(error === code, `${error} instead of ${code}`);
      }
      return '404 and 415';
    },
  },
];
