import { GRAMMAR_DEFAULTS } from '../../../edge/config/grammar-defaults';
import { type ResizerConfig, parseConfig } from '../../../edge/config/schema';
import { viewerRequestSettings } from '../../../edge/config/settings';
import { bundleViewerRequest } from '../../../stack/bundle';
import { MODERN, type Request, viewerRequest } from './viewer';

/** Each row: what a viewer asks for, and the path or the status and code that come of it. */
type Row = [request: Request, expected: string];

const suite = (name: string, rows: Row[], config: ResizerConfig = {}) => {
  test(name, () => {
    const outcomes = viewerRequest(config)(rows.map(([request]) => request));
    const told = outcomes.map(({ path, status, code }) => path ?? `${status} ${code}`);
    expect(rows.map(([request], index) => [request, told[index]])).toEqual(rows);
  });
};

const wide = (url: string): Request => ({ url, accept: MODERN });

suite('the table of URL forms', [
  [wide('/a/b.jpg/300x300-cover-focus.auto.avif'), '/a/b.jpg/300x300-cover-focus.auto.avif'],
  ['/a/b.jpg?w=640', '/a/b.jpg/640x.auto'],
  ['/a/b.jpg?w=300&h=300', '/a/b.jpg/300x300-cover-focus.auto'],
  ['/a/b.jpg?d=300x300', '/a/b.jpg/300x300-cover-focus.auto'],
  ['/a/b.jpg?size=thumb', '/a/b.jpg/200x200-cover-focus.auto'],
  ['/a/b.jpg?width=640&format=webp&quality=75', '/a/b.jpg/640x.webp'],
  ['/a/b.jpg?h=480', '/a/b.jpg/x480.auto'],
  ['/a/b.jpg?size=640w', '/a/b.jpg/640x.auto'],
  ['/a/b.jpg?size=320w@2x', '/a/b.jpg/640x.auto'],
  ['/a/b.jpg?d=300%C3%97300', '/a/b.jpg/300x300-cover-focus.auto'],
  ['/300x300/abc.jpg', '/abc.jpg/300x300-cover-focus.auto'],
  ['/640w/a/b.jpg', '/a/b.jpg/640x.auto'],
  ['/480h/a/b.jpg', '/a/b.jpg/x480.auto'],
  ['/thumb/a/b.jpg', '/a/b.jpg/200x200-cover-focus.auto'],
  ['/profile/a/b.jpg', '/a/b.jpg/400x400-cover-attention.auto'],
  ['/cover/a/b.jpg', '/a/b.jpg/1600x400-cover-focus.auto'],
  ['/320w@2x/a/b.jpg', '/a/b.jpg/640x.auto'],
  ['/produs_227613/360x270/img.AZ70KuRzw9.jpg', '/produs_227613/img.AZ70KuRzw9.jpg/360x270-cover-focus.auto'],
  ['/dir/360x270/img.jpg', '/dir/img.jpg/360x270-cover-focus.auto'],
  ['/a/b.jpg', '/a/b.jpg/full-inside.auto'],
]);

suite('the first form that matches decides, and the rest of the path is the key, literally', [
  ['/300x300/a.jpg?w=640', '/300x300/a.jpg/640x.auto'],
  ['/300x300/360x270/a.jpg', '/360x270/a.jpg/300x300-cover-focus.auto'],
  ['/full/cover/a.jpg', '/cover/a.jpg/full-inside.auto'],
  ['/a.jpg/640x.auto?fit=inside&q=9', '/a.jpg/640x.auto'],
  ['/640w/a.jpg/320x.auto', '/640w/a.jpg/320x.auto'],
  ['/dir/thumb/a.jpg', '/dir/thumb/a.jpg/full-inside.auto'],
  ['/dir/full/a.jpg', '/dir/full/a.jpg/full-inside.auto'],
]);

suite('a size in the query makes the whole path a key, though it reads as a variant', [
  ['/photos/1920x.png?w=320', '/photos/1920x.png/320x.auto'],
  ['/photos/1920x.png?size=thumb&f=webp', '/photos/1920x.png/200x200-cover-focus.webp'],
  ['/photos/1920x.png?size=full', '/photos/1920x.png/full-inside.auto'],
  ['/thumb/in.jpg?size=full', '/thumb/in.jpg/full-inside.auto'],
  ['/full/in.jpg?w=640', '/full/in.jpg/640x.auto'],
  ['/thumb/in.jpg/640x.auto', '/thumb/in.jpg/640x.auto'],
  ['/a.jpg/300x300-cover-focus.auto?size=full', '/a.jpg/300x300-cover-focus.auto/full-inside.auto'],
  ['/photos/1920x.png/320x.auto', '/photos/1920x.png/320x.auto'],
  ['/photos/1920x.png', '/photos/1920x.png'],
  ['/photos/1920x.png?f=webp', '/photos/1920x.png'],
  ['/a.jpg/640x.auto.avif?w=320', '/a.jpg/640x.auto.avif/320x.auto'],
  ['/a.jpg/640x.auto?w=0', '400 BAD_SIZE'],
  ['/a.jpg/640x.auto?w=', '400 BAD_OPTION'],
  ['/a.jpg/640x.auto?w=321', '403 SIZE_NOT_ALLOWED'],
]);

suite(
  'forms that the config turns off are not read',
  [
    ['/dir/360x270/img.jpg', '/dir/360x270/img.jpg/full-inside.auto'],
    ['/300x300/img.jpg', '/300x300/img.jpg/full-inside.auto'],
    ['/a.jpg?w=320', '/a.jpg/320x.auto'],
  ],
  { urls: ['query'] },
);

suite(
  'with the first folder turned off, a size there is the last folder',
  [
    ['/360x270/img.jpg', '/img.jpg/360x270-cover-focus.auto'],
    ['/a.jpg?w=320&f=webp', '/a.jpg/full-inside.webp'],
    ['/photos/1920x.png?w=320', '/photos/1920x.png'],
  ],
  { urls: ['lastFolder'] },
);

suite('size tokens', [
  ['/300X300/a.jpg', '/a.jpg/300x300-cover-focus.auto'],
  ['/300%C3%97300/a.jpg', '/a.jpg/300x300-cover-focus.auto'],
  ['/301x300/a.jpg', '403 SIZE_NOT_ALLOWED'],
  ['/641w/a.jpg', '403 SIZE_NOT_ALLOWED'],
  ['/dir/1x1/a.jpg', '403 SIZE_NOT_ALLOWED'],
  ['/0300x300/a.jpg', '400 BAD_SIZE'],
  ['/0x0/a.jpg', '400 BAD_SIZE'],
  ['/0w/a.jpg', '400 BAD_SIZE'],
  ['/16385w/a.jpg', '400 BAD_SIZE'],
  ['/16384w/a.jpg', '403 SIZE_NOT_ALLOWED'],
  ['/99999999999999999999w/a.jpg', '400 BAD_SIZE'],
  ['/dir/0300x300/a.jpg', '400 BAD_SIZE'],
  ['/300x/a.jpg', '/300x/a.jpg/full-inside.auto'],
  ['/x300/a.jpg', '/x300/a.jpg/full-inside.auto'],
  ['/640W/a.jpg', '/640W/a.jpg/full-inside.auto'],
  ['/Thumb/a.jpg', '/Thumb/a.jpg/full-inside.auto'],
  ['/Full/a.jpg', '/Full/a.jpg/full-inside.auto'],
  ['/300x300', '/300x300/full-inside.auto'],
  ['/300x300/', '/300x300//full-inside.auto'],
  ['/thumb', '/thumb/full-inside.auto'],
  ['/300x300.jpg', '/300x300.jpg/full-inside.auto'],
  ['/my-300x300-photo.jpg', '/my-300x300-photo.jpg/full-inside.auto'],
]);

suite('pixel ratios multiply a listed size, up to the largest one', [
  ['/320w@1x/a.jpg', '/a.jpg/320x.auto'],
  ['/320w@3x/a.jpg', '/a.jpg/960x.auto'],
  ['/320w@4x/a.jpg', '403 OPTION_NOT_ALLOWED'],
  ['/320w@0x/a.jpg', '400 BAD_SIZE'],
  ['/320w@10x/a.jpg', '400 BAD_SIZE'],
  ['/320w@1.5x/a.jpg', '400 BAD_SIZE'],
  ['/thumb@10x/a.jpg', '400 BAD_SIZE'],
  ['/dir/300x300@1.5x/a.jpg', '400 BAD_SIZE'],
  ['/a.jpg?size=thumb@1.5x', '400 BAD_SIZE'],
  ['/photo@10x/a.jpg', '/photo%4010x/a.jpg/full-inside.auto'],
  ['/320w@x/a.jpg', '/320w%40x/a.jpg/full-inside.auto'],
  ['/thumb@2x/a.jpg', '/a.jpg/400x400-cover-focus.auto'],
  ['/full@2x/a.jpg', '/a.jpg/full-inside.auto'],
  ['/full@4x/a.jpg', '403 OPTION_NOT_ALLOWED'],
  ['/dir/300x300@2x/a.jpg', '/dir/a.jpg/600x600-cover-focus.auto'],
  ['/a.jpg?w=320&dpr=2', '/a.jpg/640x.auto'],
  ['/a.jpg?w=640&dpr=1', '/a.jpg/640x.auto'],
  ['/a.jpg?dpr=2', '/a.jpg/full-inside.auto'],
  ['/320w/a.jpg?dpr=2', '/a.jpg/640x.auto'],
  ['/320w@2x/a.jpg?dpr=2', '400 BAD_OPTION'],
  ['/a.jpg?w=320&dpr=4', '403 OPTION_NOT_ALLOWED'],
  ['/a.jpg?w=320&dpr=99999999999999999999', '403 OPTION_NOT_ALLOWED'],
  ['/a.jpg?w=320&dpr=1.5', '400 BAD_OPTION'],
  ['/a.jpg?w=320&dpr=0', '400 BAD_OPTION'],
  ['/a.jpg?w=320&dpr=-1', '400 BAD_OPTION'],
  ['/a.jpg/960x.auto', '/a.jpg/960x.auto'],
  ['/a.jpg/5760x.auto', '/a.jpg/5760x.auto'],
  ['/a.jpg/5761x.auto', '403 SIZE_NOT_ALLOWED'],
]);

suite(
  'a size that the pixel ratio takes over the largest side is not allowed',
  [
    ['/10000w/a.jpg', '/a.jpg/10000x.auto'],
    ['/10000w@2x/a.jpg', '403 SIZE_NOT_ALLOWED'],
  ],
  { sizes: ['10000w'] },
);

suite('a query names its size once', [
  ['/a.jpg?w=640&size=thumb', '400 BAD_SIZE'],
  ['/a.jpg?d=300x300&h=300', '400 BAD_SIZE'],
  ['/a.jpg?size=thumb&d=300x300', '400 BAD_SIZE'],
  ['/a.jpg?w=640&w=640', '400 BAD_OPTION'],
  ['/a.jpg?w=640&width=640', '400 BAD_OPTION'],
  ['/a.jpg?w=', '400 BAD_OPTION'],
  ['/a.jpg?w', '400 BAD_OPTION'],
  ['/a.jpg?w=640&h=', '400 BAD_OPTION'],
  ['/a.jpg?size=', '400 BAD_OPTION'],
  ['/a.jpg?w=abc', '400 BAD_SIZE'],
  ['/a.jpg?w=0640', '400 BAD_SIZE'],
  ['/a.jpg?w=0', '400 BAD_SIZE'],
  ['/a.jpg?w=16385', '400 BAD_SIZE'],
  ['/a.jpg?w=641', '403 SIZE_NOT_ALLOWED'],
  ['/a.jpg?size=nope', '400 BAD_SIZE'],
  ['/a.jpg?size=THUMB', '/a.jpg/200x200-cover-focus.auto'],
  ['/a.jpg?size=full', '/a.jpg/full-inside.auto'],
  ['/a.jpg?d=thumb', '400 BAD_SIZE'],
  ['/a.jpg?d=full', '400 BAD_SIZE'],
  ['/a.jpg?d=640w@2x', '/a.jpg/1280x.auto'],
  ['/a.jpg?w=%zz', '400 BAD_OPTION'],
]);

suite('names of parameters may be sent in any case', [
  ['/a.jpg?W=640', '/a.jpg/640x.auto'],
  ['/a.jpg?Width=300&HEIGHT=300&Fit=inside', '/a.jpg/300x300-inside.auto'],
  ['/a.jpg?D=300x300&GRAVITY=attention&Fm=webp', '/a.jpg/300x300-cover-attention.webp'],
  ['/a.jpg?Size=thumb&DPR=2', '/a.jpg/400x400-cover-focus.auto'],
  ['/a.jpg?w=640&W=640', '400 BAD_OPTION'],
  ['/a.jpg?w=640&W=320', '400 BAD_OPTION'],
  ['/a.jpg?W=640&W=640', '400 BAD_OPTION'],
  ['/a.jpg?Width=640&w=640', '400 BAD_OPTION'],
  ['/a.jpg?f=webp&F=webp', '400 BAD_OPTION'],
  ['/a.jpg?W=', '400 BAD_OPTION'],
  ['/a.jpg?W=640&D=300x300', '400 BAD_SIZE'],
]);

suite('the facts are one variant, whatever else a URL asks for', [
  ['/a/b.jpg?format=json', '/a/b.jpg/info.json'],
  [wide('/a/b.jpg?fm=JSON'), '/a/b.jpg/info.json'],
  ['/300x300/a.jpg?f=json', '/a.jpg/info.json'],
  ['/a.jpg?w=640&f=json&q=50&fit=inside', '/a.jpg/info.json'],
  ['/thumb/a.jpg?f=json', '/a.jpg/info.json'],
  ['/placeholder/a.jpg?f=json', '/a.jpg/info.json'],
  ['/dir/360x270/a.jpg?f=json', '/dir/a.jpg/info.json'],
  ['/a.jpg/info.json', '/a.jpg/info.json'],
  [wide('/a.jpg/info.json?w'), '400 BAD_OPTION'],
  [wide('/a.jpg/info.json?utm=1'), '/a.jpg/info.json'],
  ['/a.jpg/info.json~01234567', '/a.jpg/info.json~01234567'],
  ['/a.jpg?f=json&f=json', '400 BAD_OPTION'],
  ['/a.jpg?w=0&f=json', '400 BAD_SIZE'],
  ['/a.jpg?dpr=9&f=json', '403 OPTION_NOT_ALLOWED'],
]);

suite('a name that only looks like that of the facts is the name of a file', [
  ['/info.json', '/info.json/full-inside.auto'],
  ['/a/info.jsonx', '/a/info.jsonx/full-inside.auto'],
  ['/a/info.png', '/a/info.png/full-inside.auto'],
  ['/a/Info.json', '/a/Info.json/full-inside.auto'],
  ['/a/info@2x.json', '/a/info%402x.json/full-inside.auto'],
  ['/a/300x300-cover-focus.json', '/a/300x300-cover-focus.json/full-inside.auto'],
  ['/a/640x.json', '/a/640x.json/full-inside.auto'],
  ['/info/a.jpg', '/info/a.jpg/full-inside.auto'],
  ['/a.jpg?size=info', '400 BAD_SIZE'],
  // A whole path is a key where the query has a size.
  ['/a/info.json?size=full', '/a/info.json/full-inside.auto'],
  ['/a/info.json?w=640&f=json', '/a/info.json/info.json'],
  ['/a/info.json/info.json', '/a/info.json/info.json'],
]);

suite(
  'the centre can be listed beside the focal point',
  [
    ['/a.jpg?d=300x300', '/a.jpg/300x300-cover-focus.auto'],
    ['/a.jpg?d=300x300&g=center', '/a.jpg/300x300-cover-centre.auto'],
    ['/profile/a.jpg?g=Centre', '/a.jpg/400x400-cover-centre.auto'],
    ['/a.jpg/300x300-cover-centre.auto', '/a.jpg/300x300-cover-centre.auto'],
  ],
  { gravities: ['focus', 'centre'] },
);

suite('options are read in the query of every form', [
  ['/300x300/a.jpg?fit=inside', '/a.jpg/300x300-inside.auto'],
  ['/dir/300x300/a.jpg?g=attention', '/dir/a.jpg/300x300-cover-attention.auto'],
  ['/a.jpg?d=300x300&gravity=FOCUS', '/a.jpg/300x300-cover-focus.auto'],
  ['/a.jpg?d=300x300&fit=INSIDE', '/a.jpg/300x300-inside.auto'],
  ['/a.jpg?fm=jpg', '/a.jpg/full-inside.jpeg'],
  ['/a.jpg?f=jpeg', '/a.jpg/full-inside.jpeg'],
  ['/a.jpg?format=avif', '/a.jpg/full-inside.avif'],
  ['/a.jpg?f=png', '/a.jpg/full-inside.png'],
  ['/a.jpg?f=gif', '/a.jpg/full-inside.gif'],
  [wide('/a.jpg?f=auto'), '/a.jpg/full-inside.auto.avif'],
  ['/thumb/a.jpg?fit=inside', '/a.jpg/200x200-inside.auto'],
  ['/profile/a.jpg?g=focus', '/a.jpg/400x400-cover-focus.auto'],
  ['/a.jpg?fit=stretch', '400 BAD_OPTION'],
  ['/a.jpg?fit=contain', '403 OPTION_NOT_ALLOWED'],
  ['/a.jpg?g=up', '400 BAD_OPTION'],
  ['/a.jpg?g=north', '403 OPTION_NOT_ALLOWED'],
  ['/a.jpg?g=center', '403 OPTION_NOT_ALLOWED'],
  ['/a.jpg?f=tiff', '400 BAD_OPTION'],
  ['/a.jpg?q=101', '400 BAD_OPTION'],
  ['/a.jpg?q=0', '400 BAD_OPTION'],
  ['/a.jpg?q=abc', '400 BAD_OPTION'],
  ['/a.jpg?q=75&quality=75', '400 BAD_OPTION'],
  ['/a.jpg?f=webp&f=webp', '400 BAD_OPTION'],
  ['/a.jpg?fit=', '400 BAD_OPTION'],
  ['/a.jpg?f=constructor', '400 BAD_OPTION'],
]);

suite('options that have no meaning for a variant are dropped', [
  ['/a.jpg?w=640&fit=inside&g=attention', '/a.jpg/640x.auto'],
  ['/a.jpg?fit=cover', '/a.jpg/full-inside.auto'],
  ['/a.jpg?d=300x300&fit=inside&g=attention', '/a.jpg/300x300-inside.auto'],
  ['/a.jpg?w=640&q=50', '/a.jpg/640x.auto'],
  ['/a.jpg?w=640&v=7&utm_source=mail&constructor=1', '/a.jpg/640x.auto'],
  ['/a.jpg?%zz=1&x=%zz', '/a.jpg/full-inside.auto'],
]);

const rated: ResizerConfig = { qualities: [40, 60, 76, 90] };
suite(
  'a quality goes to the nearest one of the config, ties up',
  [
    ['/a.jpg?w=640&q=41', '/a.jpg/640x-q40.auto'],
    ['/a.jpg?w=640&q=50', '/a.jpg/640x-q60.auto'],
    ['/a.jpg?w=640&q=100', '/a.jpg/640x-q90.auto'],
    ['/a.jpg?w=640&q=76', '/a.jpg/640x.auto'],
    ['/a.jpg?w=640&q=70', '/a.jpg/640x.auto'],
    ['/a.jpg?w=640&q=40&f=png', '/a.jpg/640x.png'],
    ['/a.jpg?w=640&q=40&f=gif', '/a.jpg/640x.gif'],
    ['/a.jpg?d=300x300&q=90', '/a.jpg/300x300-cover-focus-q90.auto'],
    ['/a.jpg/640x-q40.auto', '/a.jpg/640x-q40.auto'],
    ['/a.jpg/640x-q41.auto', '403 OPTION_NOT_ALLOWED'],
    ['/a.jpg/640x-q76.auto', '/a.jpg/640x-q76.auto/full-inside.auto'],
  ],
  rated,
);

suite(
  'with snap, an unlisted size goes to a listed one of its shape',
  [
    ['/321w/a.jpg', '/a.jpg/640x.auto'],
    ['/1w/a.jpg', '/a.jpg/320x.auto'],
    ['/1921w/a.jpg', '/a.jpg/1920x.auto'],
    ['/16384w/a.jpg', '/a.jpg/1920x.auto'],
    ['/350x260/a.jpg', '/a.jpg/360x270-cover-focus.auto'],
    ['/300x200/a.jpg', '/a.jpg/360x270-cover-focus.auto'],
    ['/301x10/a.jpg', '/a.jpg/1600x400-cover-focus.auto'],
    ['/301x301/a.jpg', '/a.jpg/400x400-cover-focus.auto'],
    ['/2000x2000/a.jpg', '/a.jpg/600x600-cover-focus.auto'],
    ['/300x300/a.jpg', '/a.jpg/300x300-cover-focus.auto'],
    ['/dir/9x9/a.jpg', '/dir/a.jpg/100x100-cover-focus.auto'],
    ['/100h/a.jpg', '/a.jpg/x480.auto'],
    ['/1000h/a.jpg', '/a.jpg/x480.auto'],
    ['/a.jpg?w=300&dpr=2', '/a.jpg/640x.auto'],
    ['/a.jpg/321x.auto', '403 SIZE_NOT_ALLOWED'],
    ['/0321w/a.jpg', '400 BAD_SIZE'],
    ['/16385w/a.jpg', '400 BAD_SIZE'],
    ['/a.jpg?w=640&fit=contain', '403 OPTION_NOT_ALLOWED'],
  ],
  { snap: true },
);

suite(
  'with snap, a pixel ratio goes up to a whole number, and down to the largest',
  [
    ['/a.jpg?w=320&dpr=1.5', '/a.jpg/640x.auto'],
    ['/a.jpg?w=320&dpr=0.75', '/a.jpg/320x.auto'],
    ['/a.jpg?w=320&dpr=2.0', '/a.jpg/640x.auto'],
    ['/a.jpg?w=320&dpr=3.5', '/a.jpg/960x.auto'],
    ['/a.jpg?w=320&dpr=40', '/a.jpg/960x.auto'],
    ['/320w@1.5x/a.jpg', '/a.jpg/640x.auto'],
    ['/320w@9x/a.jpg', '/a.jpg/960x.auto'],
    ['/320w@10x/a.jpg', '400 BAD_SIZE'],
    ['/320w@1..5x/a.jpg', '400 BAD_SIZE'],
    ['/a.jpg?w=320&dpr=0.0', '400 BAD_OPTION'],
    ['/a.jpg?w=320&dpr=1e0', '400 BAD_OPTION'],
    ['/a.jpg?w=320&dpr=-1.5', '400 BAD_OPTION'],
  ],
  { snap: true },
);

suite(
  'with snap, full comes where no size of the shape is listed, and a ratio stays within the largest side',
  [
    ['/100w/a.jpg', '/a.jpg/full-inside.auto'],
    ['/100h@2x/a.jpg', '/a.jpg/x12000.auto'],
    ['/9x9@3x/a.jpg', '/a.jpg/full-inside.auto'],
  ],
  { sizes: ['6000h', 'full'], presets: {}, snap: true },
);

suite(
  'with snap, a ratio that takes the size over the largest side is lowered',
  [['/9000w@3x/a.jpg', '/a.jpg/10000x.auto']],
  { sizes: ['10000w', 'full'], snap: true },
);

suite(
  'what the config enables is allowed',
  [
    ['/a.jpg?d=300x300', '/a.jpg/300x300-contain-north.auto'],
    ['/a.jpg?d=300x300&fit=fill&g=east', '/a.jpg/300x300-fill.auto'],
    ['/a.jpg?d=300x300&fit=outside', '/a.jpg/300x300-outside.auto'],
    ['/a.jpg?d=300x300&fit=cover&g=entropy', '/a.jpg/300x300-cover-entropy.auto'],
    ['/card/a.jpg', '/a.jpg/80x60-cover-southeast.auto'],
    ['/a.jpg/80x60-cover-southeast.auto', '/a.jpg/80x60-cover-southeast.auto'],
    ['/a.jpg/300x300-cover-southeast.auto', '403 OPTION_NOT_ALLOWED'],
  ],
  {
    sizes: ['300x300', 'full'],
    fits: ['contain', 'cover', 'fill', 'outside'],
    gravities: ['north', 'east', 'entropy'],
    presets: { card: { width: 80, height: 60, fit: 'cover', gravity: 'southeast' } },
  },
);

suite(
  'a preset brings its gravity to its own fit alone, and a fit off the list to its own gravity alone',
  [
    ['/p/a.jpg', '/a.jpg/300x300-contain-north.auto'],
    ['/p/a.jpg?fit=cover', '/a.jpg/300x300-cover-focus.auto'],
    ['/a.jpg/300x300-cover-focus.auto', '/a.jpg/300x300-cover-focus.auto'],
    ['/p/a.jpg?fit=cover&g=attention', '/a.jpg/300x300-cover-attention.auto'],
    ['/p/a.jpg?fit=inside', '/a.jpg/300x300-inside.auto'],
    ['/p/a.jpg?g=attention', '403 OPTION_NOT_ALLOWED'],
    ['/a.jpg/300x300-contain-attention.auto', '403 OPTION_NOT_ALLOWED'],
    ['/p/a.jpg?fit=contain', '403 OPTION_NOT_ALLOWED'],
    ['/listed/a.jpg?g=attention', '/a.jpg/200x200-cover-attention.auto'],
    ['/listed/a.jpg?fit=cover', '/a.jpg/200x200-cover-south.auto'],
    ['/free/a.jpg', '/a.jpg/100x100-fill.auto'],
    ['/free/a.jpg?g=attention', '/a.jpg/100x100-fill.auto'],
    ['/free/a.jpg?fit=cover', '/a.jpg/100x100-cover-focus.auto'],
  ],
  {
    presets: {
      p: { width: 300, height: 300, fit: 'contain', gravity: 'north' },
      listed: { width: 200, height: 200, fit: 'cover', gravity: 'south' },
      free: { width: 100, height: 100, fit: 'fill' },
    },
  },
);

suite(
  'without full on the list, a URL that names no size is not allowed',
  [
    ['/a.jpg', '403 SIZE_NOT_ALLOWED'],
    ['/full/a.jpg', '403 SIZE_NOT_ALLOWED'],
    ['/a.jpg/full-inside.auto', '403 SIZE_NOT_ALLOWED'],
  ],
  { sizes: ['300x300'] },
);

suite('Accept decides the class of the viewer', [
  [{ url: '/a.jpg', accept: MODERN }, '/a.jpg/full-inside.auto.avif'],
  [{ url: '/a.jpg', accept: 'image/webp,*/*' }, '/a.jpg/full-inside.auto.webp'],
  [{ url: '/a.jpg', accept: '*/*' }, '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg', accept: 'image/*' }, '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg', accept: '' }, '/a.jpg/full-inside.auto'],
  ['/a.jpg', '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg', accept: 'image/avif' }, '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg', accept: 'image/avif;q=0,image/webp' }, '/a.jpg/full-inside.auto.webp'],
  [{ url: '/a.jpg', accept: 'image/avif, image/webp;q=0.0' }, '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg', accept: 'IMAGE/AVIF ; q=0.5 , Image/WebP' }, '/a.jpg/full-inside.auto.avif'],
  [{ url: '/a.jpg?f=webp', accept: '' }, '/a.jpg/full-inside.webp'],
  [{ url: '/a.jpg/full-inside.auto.avif', accept: '' }, '/a.jpg/full-inside.auto'],
  [{ url: '/a.jpg/full-inside.auto', accept: MODERN }, '/a.jpg/full-inside.auto.avif'],
  [{ url: '/a.jpg/full-inside.avif', accept: '' }, '/a.jpg/full-inside.avif'],
]);

suite(
  'a format that is not enabled makes no class and is not allowed',
  [
    [wide('/a.jpg'), '/a.jpg/full-inside.auto.webp'],
    [wide('/a.jpg/full-inside.auto.avif'), '/a.jpg/full-inside.auto.webp'],
    ['/a.jpg?f=avif', '403 OPTION_NOT_ALLOWED'],
    ['/a.jpg/full-inside.avif', '403 OPTION_NOT_ALLOWED'],
  ],
  { formats: ['webp'] },
);

suite('keys are any UTF-8, decoded once and encoded strictly', [
  ['/a%20b.jpg', '/a%20b.jpg/full-inside.auto'],
  ['/a+b.jpg', '/a%2Bb.jpg/full-inside.auto'],
  ['/a%2bb.jpg', '/a%2Bb.jpg/full-inside.auto'],
  ['/100%25.jpg', '/100%25.jpg/full-inside.auto'],
  ['/a%2525b.jpg', '/a%2525b.jpg/full-inside.auto'],
  ["/it's(1)!*.jpg", '/it%27s%281%29%21%2A.jpg/full-inside.auto'],
  ['/%22quoted%22.jpg', '/%22quoted%22.jpg/full-inside.auto'],
  ['/[1]{2}.jpg', '/%5B1%5D%7B2%7D.jpg/full-inside.auto'],
  ['/%F0%9F%98%80.jpg', '/%F0%9F%98%80.jpg/full-inside.auto'],
  ['/a%C2%A0.jpg', '/a%C2%A0.jpg/full-inside.auto'],
  ['/😀.jpg', '/%F0%9F%98%80.jpg/full-inside.auto'],
  ['/%E5%86%99%E7%9C%9F.jpg', '/%E5%86%99%E7%9C%9F.jpg/full-inside.auto'],
  ['/%61-_.~%7E', '/a-_.~~/full-inside.auto'],
  ['/dir%2Fa.jpg', '/dir/a.jpg/full-inside.auto'],
  ['/300x300%2Fa.jpg', '/a.jpg/300x300-cover-focus.auto'],
  ['/a//b.jpg', '/a//b.jpg/full-inside.auto'],
  ['/a/', '/a//full-inside.auto'],
  ['/a%3Fb%23c.jpg', '/a%3Fb%23c.jpg/full-inside.auto'],
  ['/noextension', '/noextension/full-inside.auto'],
  ['/PHOTO.JPG', '/PHOTO.JPG/full-inside.auto'],
  ['/...jpg', '/...jpg/full-inside.auto'],
]);

suite('paths that are malformed', [
  ['/%zz.jpg', '400 BAD_PATH'],
  ['/100%.jpg', '400 BAD_PATH'],
  ['/%ff.jpg', '400 BAD_PATH'],
  ['/%C0%AF', '400 BAD_PATH'],
  ['/%ED%A0%80', '400 BAD_PATH'],
  ['/a%00.jpg', '400 BAD_PATH'],
  ['/a%0A.jpg', '400 BAD_PATH'],
  ['/a.jpg%0A', '400 BAD_PATH'],
  ['/a.jpg%0A/640x.auto', '400 BAD_PATH'],
  ['/a%7F.jpg', '400 BAD_PATH'],
  ['/a%C2%80.jpg', '400 BAD_PATH'],
  ['/a%C2%85.jpg', '400 BAD_PATH'],
  ['/%C3%A9%C2%9F', '400 BAD_PATH'],
  ['/海%C2%90.jpg/640x.auto', '400 BAD_PATH'],
  ['/../a.jpg', '400 BAD_PATH'],
  ['/a/./b.jpg', '400 BAD_PATH'],
  ['/a/%2e%2e/b.jpg', '400 BAD_PATH'],
  ['/a/..', '400 BAD_PATH'],
  ['/%E2%80%A8/../a.jpg', '400 BAD_PATH'],
  ['/300x300/..%2fa.jpg', '400 BAD_PATH'],
  ['//a.jpg', '400 BAD_PATH'],
  ['/%2Fa.jpg', '400 BAD_PATH'],
  ['/300x300//a.jpg', '400 BAD_PATH'],
  ['/', '404 NO_KEY'],
  ['/?w=640', '404 NO_KEY'],
]);

suite('a file name that only looks like a variant is a file name', [
  ['/a.jpg/0640x.auto', '/a.jpg/0640x.auto/full-inside.auto'],
  ['/a.jpg/300x300-cover.auto', '/a.jpg/300x300-cover.auto/full-inside.auto'],
  ['/a.jpg/640x-inside.auto', '/a.jpg/640x-inside.auto/full-inside.auto'],
  ['/a.jpg/640x.tiff', '/a.jpg/640x.tiff/full-inside.auto'],
  ['/a.jpg/full.auto', '/a.jpg/full.auto/full-inside.auto'],
  ['/a.jpg/x.auto', '/a.jpg/x.auto/full-inside.auto'],
  ['/a.jpg/640x-q50.png', '/a.jpg/640x-q50.png/full-inside.auto'],
  ['/a.jpg/640x-q101.jpeg', '/a.jpg/640x-q101.jpeg/full-inside.auto'],
  ['/640x.auto', '/640x.auto/full-inside.auto'],
  ['/a.jpg/300x300-contain-focus.auto', '403 OPTION_NOT_ALLOWED'],
]);

test('a refusal says in one line what is allowed, the nearest sizes first', () => {
  const [box, width, option, ratio, fraction] = viewerRequest()([
    '/301x300/a.jpg',
    '/1000w/a.jpg',
    '/a.jpg?fit=contain',
    '/a.jpg?dpr=4',
    '/a.jpg?dpr=1.5',
  ]);
  expect(box!.body).toMatch(
    /Allowed: 300x300, 360x270, 400x400, 200x200, .*\. Presets: thumb, profile, cover, placeholder\.\n$/,
  );
  expect(width!.body).toContain('Allowed: 960w, 1280w, 640w, 320w, ');
  expect(option!.body).toContain('Allowed: cover, inside.');
  expect(ratio!.body).toContain('dpr is a whole number from 1 to 3.');
  expect(fraction!.body).toContain('dpr is a whole number from 1 to 3.');
});

test('a refusal lists twenty sizes at most', () => {
  const [refusal] = viewerRequest({ sizes: ['astro', 'next', 'full'], presets: {} })(['/1000w/a.jpg']);
  expect(refusal!.body).toMatch(/ Allowed: 960w, 1080w, 828w, ((\d+w|full), ){17}\.\.\.\n$/);
});

test.each<[name: string, config: ResizerConfig, bytes: number]>([
  ['the default config', {}, 8_600],
  ['sets of two frameworks beside the default sizes', { sizes: [...GRAMMAR_DEFAULTS.sizes, 'next', 'astro'] }, 8_800],
])('%s leaves room in the function for what a site adds', (_, config, bytes) => {
  expect(bundleViewerRequest(viewerRequestSettings(parseConfig(config))).length).toBeLessThanOrEqual(bytes);
});

test('a key has room for the second name of its variant in the 1,024 bytes of a key of S3', () => {
  const room = 1024 - '12345678/'.length - '/full-inside.auto~12345678'.length;
  const run = viewerRequest();
  const emoji = encodeURIComponent('😀');
  const [fits, over, wideFits, wideOver] = run([
    `/${'a'.repeat(room)}`,
    `/${'a'.repeat(room + 1)}`,
    `/${emoji.repeat(Math.floor(room / 4))}`,
    `/${emoji.repeat(Math.floor(room / 4) + 1)}`,
  ]);
  expect(fits!.path).toBeDefined();
  expect(over).toMatchObject({ status: 400, code: 'KEY_TOO_LONG' });
  expect(wideFits!.path).toBeDefined();
  expect(wideOver).toMatchObject({ status: 400, code: 'KEY_TOO_LONG' });
});

test('everything but the path is kept from the request, apart from the query', () => {
  const [outcome] = viewerRequest()(['/a.jpg?w=640&x=1']);
  expect(outcome).toEqual({ path: '/a.jpg/640x.auto' });
});
