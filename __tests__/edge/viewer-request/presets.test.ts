import { type ResizerConfig, grammarOf, parseConfig } from '../../../edge/config/schema';
import { MODERN, type Request, viewerRequest } from './viewer';

const config: ResizerConfig = {
  formats: ['webp'],
  presets: {
    card: { width: 480, height: 320, padding: 16 },
    photo: { width: 300, format: 'jpeg', quality: 50 },
    grey: { greyscale: true },
    wall: { width: 7000, flip: true },
    thumb: { width: 200, height: 200 },
    tiny: { width: 24 },
  },
};

const nameOf = (preset: string): string => {
  const { hash } = grammarOf(parseConfig(config)).presets.find(({ name }) => name === preset)!;
  return `${preset}-${hash}`;
};

const CARD = nameOf('card');
const PHOTO = nameOf('photo');

const wide = (url: string): Request => ({ url, accept: MODERN });

test('presets with operations are variants of their own, and read `dpr` and `format` alone', () => {
  const rows: [request: Request, expected: string][] = [
    ['/card/a/b.jpg', `/a/b.jpg/${CARD}.auto`],
    ['/a/b.jpg?size=card', `/a/b.jpg/${CARD}.auto`],
    [wide('/card/a.jpg'), `/a.jpg/${CARD}.auto.webp`],
    ['/card@2x/a.jpg', `/a.jpg/${CARD}%402x.auto`],
    ['/card@1x/a.jpg', `/a.jpg/${CARD}.auto`],
    ['/card/a.jpg?dpr=3&format=png', `/a.jpg/${CARD}%403x.png`],
    ['/card/a.jpg?fit=bogus&g=&q=1000&q=2&w=', '400 BAD_OPTION'],
    ['/card/a.jpg?fit=bogus&g=&q=1000&q=2', `/a.jpg/${CARD}.auto`],
    ['/card@4x/a.jpg', '403 OPTION_NOT_ALLOWED'],
    ['/card@2x/a.jpg?dpr=2', '400 BAD_OPTION'],
    ['/card/a.jpg?f=avif', '403 OPTION_NOT_ALLOWED'],
    ['/card/a.jpg?f=tiff', '400 BAD_OPTION'],
    ['/photo/a.jpg?f=tiff&f=', `/a.jpg/${PHOTO}.jpeg`],
    [wide('/photo@2x/a.jpg'), `/a.jpg/${PHOTO}%402x.jpeg`],
    ['/grey@3x/a.jpg', `/a.jpg/${nameOf('grey')}.auto`],
    ['/wall@3x/a.jpg', `/a.jpg/${nameOf('wall')}%402x.auto`],
    ['/wall@2x/a.jpg', `/a.jpg/${nameOf('wall')}%402x.auto`],
    ['/thumb/a.jpg', '/a.jpg/200x200-cover-focus.auto'],
    ['/tiny@2x/a.jpg', '/a.jpg/48x.auto'],
    // Their sizes are not on the list.
    ['/480x320/a.jpg', '403 SIZE_NOT_ALLOWED'],
    // A canonical path is read as itself, for the viewer who asks.
    [wide(`/a.jpg/${CARD}.auto`), `/a.jpg/${CARD}.auto.webp`],
    [`/a.jpg/${CARD}@2x.auto.avif`, `/a.jpg/${CARD}%402x.auto`],
    [`/a.jpg/${CARD}%402x.png`, `/a.jpg/${CARD}%402x.png`],
    [`/a.jpg/${CARD}.avif`, '403 OPTION_NOT_ALLOWED'],
    // What the config does not have now is the name of a file.
    ['/img/card-000000.webp', '/img/card-000000.webp/full-inside.auto'],
    [`/a.jpg/${PHOTO}.png`, `/a.jpg/${PHOTO}.png/full-inside.auto`],
    [`/a.jpg/${CARD}@9x.png`, `/a.jpg/${CARD}%409x.png/full-inside.auto`],
    [`/a.jpg/${CARD}@1x.png`, `/a.jpg/${CARD}%401x.png/full-inside.auto`],
    [`/${CARD}.png`, `/${CARD}.png/full-inside.auto`],
  ];
  const outcomes = viewerRequest(config)(rows.map(([request]) => request));
  expect(
    rows.map(([request], index) => [
      request,
      outcomes[index]!.path ?? `${outcomes[index]!.status} ${outcomes[index]!.code}`,
    ]),
  ).toEqual(rows);
});

test('presets are among what is allowed', () => {
  const [refused] = viewerRequest(config)(['/481x320/a.jpg']);
  expect(refused!.body).toContain('card, photo, grey, wall, thumb, tiny.');
});
