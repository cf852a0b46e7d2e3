import fc from 'fast-check';
import { parseConfig } from '../../../edge/config/schema';
import { refreshSettings, viewerRequestSettings } from '../../../edge/config/settings';
import { parsePath } from '../../../edge/path';
import { eagerRequests } from '../../../edge/refresh/eager';
import { isRefusal } from '../../../edge/viewer-request/refusal';
import { normalise } from '../../../edge/viewer-request/normalise';
import { urlGrammar } from '../../../edge/viewer-request/snap';
import { pairsOf, valuesOf } from '../../../edge/event-values';
import { bundleViewerRequest } from '../../../stack/bundle';
import { runFunction } from '../run-in-njs';
import { toEvent } from './viewer';

const CONFIG = { private: { keyGroups: ['group'], paths: ['members', 'clients/a'] } };
const settings = viewerRequestSettings(parseConfig(CONFIG));

/** What both functions make of URLs, the public one first. */
function ask(urls: string[]): [string, string][] {
  const [open, members] = [settings, { ...settings, isForMembers: true }].map((each) =>
    runFunction<{ uri?: string; statusCode?: number; headers: Record<string, { value: string }> }>(
      bundleViewerRequest(each),
      urls.map(toEvent),
    ).map(({ uri, statusCode, headers }) => uri ?? `${statusCode} ${headers['x-resizer-error']!.value}`),
  );
  return urls.map((_, index) => [open![index]!, members![index]!]);
}

const OTHER = '403 OTHER_FOLDER';

test.each([
  ['/members/a.jpg', '/members/a.jpg/full-inside.auto'],
  ['/300x300/members/a.jpg', '/members/a.jpg/300x300-cover-focus.auto'],
  ['/members/300x300/a.jpg', '/members/a.jpg/300x300-cover-focus.auto'],
  ['/thumb/members/a.jpg', '/members/a.jpg/200x200-cover-focus.auto'],
  ['/members/a.jpg?w=640', '/members/a.jpg/640x.auto'],
  ['/members/a.jpg/640x.auto.avif', '/members/a.jpg/640x.auto'],
  ['/%6Dembers/a.jpg', '/members/a.jpg/full-inside.auto'],
  ['/members%2Fa.jpg', '/members/a.jpg/full-inside.auto'],
  ['/640w/clients/a/b/c.jpg', '/clients/a/b/c.jpg/640x.auto'],
  ['/640w/members//a.jpg', '/members//a.jpg/640x.auto'],
])('%s is for members: the public function refuses it', (url, path) => {
  expect(ask([url])).toEqual([[OTHER, path]]);
});

test.each([
  ['/a.jpg', '/a.jpg/full-inside.auto'],
  ['/membersa.jpg', '/membersa.jpg/full-inside.auto'],
  ['/clients/b/a.jpg', '/clients/b/a.jpg/full-inside.auto'],
  ['/a/members/b.jpg', '/a/members/b.jpg/full-inside.auto'],
  ['/Members/a.jpg', '/Members/a.jpg/full-inside.auto'],
])('%s is for all: the function of members refuses it', (url, path) => {
  expect(ask([url])).toEqual([[path, OTHER]]);
});

test('whatever the form and the escapes, one function alone lets a key through, and it is that of its folder', () => {
  const part = fc.constantFrom(
    'members',
    'clients',
    'a',
    'b.jpg',
    '300x300',
    '640w@2x',
    'thumb',
    'full',
    '',
    '640x.auto',
  );
  const escaped = part.chain((text) =>
    fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((flags) =>
      text
        .split('')
        .map((each, at) => (flags[at] ? `%${each.charCodeAt(0).toString(16)}` : each))
        .join(''),
    ),
  );
  const slash = fc.constantFrom('/', '/', '/', '%2f');
  const url = fc
    .tuple(
      fc.array(fc.tuple(slash, escaped), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', 'w=640', 'size=thumb'),
    )
    .map(([segments, query]) => ({ path: `/${segments.flat().join('').slice(1)}`, query }));
  const grammars = [settings, { ...settings, isForMembers: true }].map(urlGrammar);
  let count = 0;
  fc.assert(
    fc.property(url, ({ path, query }) => {
      const outcomes = grammars.map((grammar) => normalise(grammar, path, valuesOf(pairsOf(query, '&')), ''));
      outcomes.forEach((outcome, index) => {
        if (isRefusal(outcome)) return;
        const { key } = parsePath(settings, outcome)!;
        expect(/^(members|clients\/a)\//.test(key)).toBe(index === 1);
        count += index;
      });
      expect(outcomes.every((outcome) => !isRefusal(outcome))).toBe(false);
    }),
    { numRuns: 5_000 },
  );
  expect(count).toBeGreaterThan(100);
});

test('eager sizes are made of what is for all, and of nothing else', () => {
  const { grammar, eager } = refreshSettings(parseConfig({ ...CONFIG, eager: ['320w'] }));
  expect(eagerRequests(grammar, eager, 'a.jpg')).not.toEqual([]);
  expect(eagerRequests(grammar, eager, 'members/a.jpg')).toEqual([]);
});

test.each([
  [{ private: {} }, 'expected publicKeys or keyGroups'],
  [{ private: { keyGroups: ['g'], publicKeys: ['a.pem'] } }, 'expected publicKeys or keyGroups'],
  [{ private: { publicKeys: ['none.pem'] } }, 'private.publicKeys[0]: "none.pem", expected a file that exists'],
  [{ private: { publicKeys: ['package.json'] } }, 'expected a public key in PEM'],
  [{ private: { keyGroups: ['g'], paths: ['/members'] } }, 'expected a folder such as members'],
  [{ private: { keyGroups: ['g'], paths: ['a/../b'] } }, 'expected a folder such as members'],
  [{ private: { keyGroups: ['g'], paths: ['a*'] } }, 'expected a folder such as members'],
  [{ private: { keyGroups: ['g'], paths: ['thumb'] } }, 'expected a folder without thumb, which a URL reads as a size'],
  [{ private: { keyGroups: ['g'], paths: ['a/300x300'] } }, 'expected a folder without 300x300'],
  [{ private: { keyGroups: ['g'] }, eager: ['320w'] }, 'eager: ["320w"], expected none, since all is private'],
  [{ private: { keyGroups: ['g'], paths: ['m'] }, fallback: 'm/a.jpg' }, 'expected a key that is not below m'],
])('%j is refused', (config, message) => {
  expect(() => parseConfig(config)).toThrow(message);
});
