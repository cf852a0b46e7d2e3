import type { CloudFrontRequest, CloudFrontResponse } from 'aws-lambda';
import { parseConfig } from '../../../edge/config/schema';
import { originResponseSettings } from '../../../edge/config/settings';
import { failure } from '../../../edge/failure';
import { passOn, refuse } from '../../../edge/origin-response/answer';
import { renameCacheTag } from '../../../edge/origin-response/cache-tag-header';
import { variantKey } from '../../../edge/origin-response/store';
import { parsePath, printPath } from '../../../edge/path';

const settingsOf = (base?: string) => originResponseSettings(parseConfig(base === undefined ? {} : { base }), 1_769);

/** Sets the function's own constant. */
function useBase(base?: string) {
  const settings = settingsOf(base);
  Object.assign(globalThis, { SETTINGS: settings });
  return settings;
}

beforeEach(() => void useBase());

const stored: CloudFrontResponse = {
  status: '200',
  statusDescription: 'OK',
  headers: {
    'x-amz-meta-cache-tag': [{ key: 'x-amz-meta-cache-tag', value: '0a1b' }],
    'x-amz-meta-original-etag': [{ key: 'x-amz-meta-original-etag', value: 'e' }],
  },
};

test('the base stays in the path and in the key of the variant, and is taken off for the original', () => {
  const { grammar, ...rest } = useBase('/img');
  const path = '/img/img/a.jpg/640x.auto';
  const wanted = parsePath(grammar, path)!;
  expect(wanted.key).toBe('img/a.jpg');
  expect(variantKey(wanted)).toBe(`${rest.generation}${path}`);
  expect(printPath(grammar, wanted)).toBe(path);
  expect(parsePath(grammar, '/products/a.jpg/640x.auto')).toBeUndefined();
});

test('another base is another generation, so that no key is that of another original', () => {
  const generations = [undefined, '/img', '/products'].map((base) => settingsOf(base).generation);
  expect(new Set(generations).size).toBe(3);
});

test('Retry-After is as long as a distribution that serves other things keeps a 503', () => {
  const retryAfter = (base?: string) => {
    useBase(base);
    const { headers } = refuse(
      { request: { uri: '/a.jpg/640x.auto' } as CloudFrontRequest, response: stored },
      failure('UNAVAILABLE', 'Try again.'),
    );
    return headers!['retry-after']![0]!.value;
  };
  expect([retryAfter(), retryAfter('/img')]).toEqual(['1', '10']);
});

test('a cache tag goes into the header of the distribution, where that has one of its own', () => {
  const passed = passOn(stored);
  expect(renameCacheTag(passed, undefined)).toBe(passed);
  const { headers } = renameCacheTag(passed, 'Edge-Cache-Tag');
  expect(headers['edge-cache-tag']).toEqual([{ key: 'Edge-Cache-Tag', value: '0a1b' }]);
  expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-'))).toEqual([]);
});
