import sharp from 'sharp';
import type { Target } from '../../../edge/variant';
import { fixture, scene } from './fixtures';
import { pictureOf, rendered, tryRender } from './picture';
import { SHADOW, alphaOff } from './shadow';

/** The scene under a white sheet: flat for the most part, but with too many colours to be small without loss. */
const halfCovered = async () => {
  const sheet = { create: { width: 600, height: 240, channels: 3 as const, background: '#fff' } };
  return scene(1200)
    .extract({ left: 0, top: 0, width: 600, height: 400 })
    .composite([{ input: sheet, top: 0, left: 0 }])
    .removeAlpha()
    .png()
    .toBuffer();
};

/** Steps of sharp that a render takes. */
async function stepsOf(...of: Parameters<typeof tryRender>): Promise<number> {
  let changes = 0;
  const count = () => changes++;
  sharp.queue.on('change', count);
  await rendered(...of);
  sharp.queue.off('change', count);
  return changes;
}

/** Overlapping dots of many colours: with and without loss about as large. */
const dots = () => {
  const each = (at: number) =>
    `<circle cx="${(at * 37) % 240}" cy="${(at * 53) % 160}" r="${6 + (at % 9)}" fill="hsl(${at * 40} 60% 60%)"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160">
    <rect width="240" height="160" fill="#fff"/>${Array.from({ length: 90 }, (_, at) => each(at)).join('')}
  </svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
};

describe.each<Target>(['auto.avif', 'auto.webp', 'auto'])('for %s', (target) => {
  test('a graphic that is clearly smaller with loss, or without, is encoded once, like a photograph', async () => {
    const once = await stepsOf(await fixture('photo.png'), { target });
    expect(await stepsOf(await fixture('drawing.png'), { target })).toBe(once);
    expect(await stepsOf(await halfCovered(), { target })).toBe(once);
  });

  test('a graphic in doubt is encoded both ways', async () => {
    const once = await stepsOf(await fixture('photo.png'), { target });
    expect(await stepsOf(await dots(), { target })).toBeGreaterThan(once);
  });
});

test.each<Target>(['auto.avif', 'auto.webp', 'webp'])('a soft shadow is as smooth as it was as %s', async (target) => {
  const original = await pictureOf(SHADOW);
  const { body } = await rendered(SHADOW, { target });
  expect(alphaOff((await pictureOf(body)).data, original.data)).toBe(0);
});

test('hard edges on nothing stay AVIF, and so does a soft shadow where a class has no WebP, or by name', async () => {
  const type = async (...of: Parameters<typeof rendered>) => (await rendered(...of)).contentType;
  const cutOut = await scene(600)
    .composite([
      {
        input: Buffer.from('<svg width="600" height="400"><circle cx="300" cy="200" r="180"/></svg>'),
        blend: 'dest-in',
      },
    ])
    .png()
    .toBuffer();
  expect(await type(cutOut, { target: 'auto.avif' })).toBe('image/avif');
  expect(await type(SHADOW, { target: 'auto.avif' }, { formats: ['avif'] })).toBe('image/avif');
  expect(await type(SHADOW, { target: 'avif' })).toBe('image/avif');
});
