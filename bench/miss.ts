import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { parseConfig } from '../edge/config/schema';
import { isFailure } from '../edge/failure';
import type { Target } from '../edge/variant';
import { render } from '../edge/render';
import { choiceOf, encodingsOf } from '../edge/render/choose';
import { contentOf } from '../edge/render/content';
import { encode } from '../edge/render/encoders';
import type { Encoding, EncodingInput } from '../edge/render/types';
import { renderSettings } from '../edge/config/settings';
import type { Bench, Context } from './bench';
import { load, renderingFunction } from './function';
import { type LocalBench, withLocal } from './local';
import { ms, ratio, sideBySide } from './side-by-side';

const TARGETS: Target[] = ['auto', 'auto.webp', 'auto.avif'];
const WIDTHS = [320, 640, 1280];

const SETTINGS = renderSettings(parseConfig({}));

interface Original {
  name: string;
  key: string;
  body: Buffer;
}

/** Flat colours on nothing, as a logo has. */
const drawing = (alpha: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1400"><rect width="100%" height="100%" fill="#fff" fill-opacity="${1 - alpha}"/>${Array.from({ length: 40 }, (_, at) => `<circle cx="${(at * 397) % 2000}" cy="${(at * 211) % 1400}" r="${60 + at * 4}" fill="hsl(${at * 9},70%,50%)" fill-opacity="0.9"/>`).join('')}</svg>`,
  );

async function animation(): Promise<Buffer> {
  const frames = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      sharp({ create: { width: 480, height: 320, channels: 3, background: '#246' } })
        .composite([
          { input: { create: { width: 60, height: 60, channels: 3, background: '#fc0' } }, left: at * 20, top: 100 },
        ])
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
}

async function originals({ photographs }: Context): Promise<Original[]> {
  const photos = await Promise.all(
    [1, 4, 12, 24].map(async (megapixels) => ({
      name: `JPEG, ${megapixels} MP`,
      key: `${megapixels}.jpg`,
      body: await photographs.ofMegapixels(megapixels),
    })),
  );
  return [
    ...photos,
    { name: 'PNG', key: 'drawing.png', body: await sharp(drawing(0)).removeAlpha().png().toBuffer() },
    { name: 'transparent PNG', key: 'clear.png', body: await sharp(drawing(1)).png().toBuffer() },
    { name: 'GIF, 20 frames', key: 'animation.gif', body: await animation() },
  ];
}

/** The same with sharp alone: one pipeline, with the renderer's settings of the encoder. */
async function bareFor(body: Buffer, width: number, target: Target): Promise<() => Promise<Buffer>> {
  const rendered = await render(body, { width, fit: 'inside', target }, SETTINGS);
  if (isFailure(rendered)) throw new Error(rendered.message);
  const animated = rendered.frames > 1;
  const resized = () => sharp(body, { animated }).autoOrient().resize({ width, withoutEnlargement: true });
  const { data, info } = await resized().raw().toBuffer({ resolveWithObject: true });
  const pixels = { data, width: info.width, height: info.height, channels: info.channels };
  const content = contentOf(pixels);
  const graphic = !animated && content.graphic;
  const { quality, background, seconds } = SETTINGS;
  const subject: EncodingInput = {
    pixels: info.width * info.height,
    animated,
    graphic,
    palette: false,
    quality,
    background,
    seconds,
  };
  const format = rendered.contentType.slice('image/'.length) as Encoding['format'];
  const encodings = animated
    ? [{ format, lossless: false }]
    : encodingsOf(choiceOf(target, SETTINGS), content, seconds);
  const encoded = await Promise.all(encodings.map(async (each) => encode(resized(), each, subject)));
  const [smallest] = encoded.sort((a, b) => a.data.length - b.data.length);
  return async () => (await encode(resized(), smallest!, subject)).data;
}

function thumbnailFor(body: Buffer, folder: string, key: string, width: number): () => void {
  const [from, to] = [join(folder, key), join(folder, 'out.jpg')];
  writeFileSync(from, body);
  return () => {
    execFileSync('vipsthumbnail', [from, '-s', `${width}x`, '-o', `${to}[Q=76,strip]`], {
      env: { ...process.env, VIPS_CONCURRENCY: '1' },
    });
  };
}

async function measure(local: LocalBench, folder: string, context: Context) {
  const invoke = load(renderingFunction(local), local);
  const { client, buckets } = local;
  const rows: string[][] = [];
  const thumbnails: string[][] = [];
  for (const { name, key, body } of await originals(context)) {
    context.log(name);
    await local.put(key, body);
    for (const width of WIDTHS) {
      for (const target of TARGETS) {
        const bare = await bareFor(body, width, target);
        const variant = await bare();
        const trips = async () => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: buckets.originals, Key: key }));
          await Body!.transformToByteArray();
          await client.send(new PutObjectCommand({ Bucket: buckets.variants, Key: 'trip', Body: variant }));
        };
        const thumbnail = target === 'auto' && name.startsWith('JPEG') && thumbnailFor(body, folder, key, width);
        const times = await sideBySide(context.runs, {
          whole: () => invoke(`/${key}/${width}x.${target}`),
          bare,
          trips,
          thumbnail: thumbnail || (() => undefined),
        });
        const { whole } = times;
        const both = times.bare.map((value, at) => value + times.trips[at]!);
        rows.push([name, `${width}`, target, ms(whole), ms(times.bare), ms(times.trips), ratio(whole, both)]);
        if (thumbnail)
          thumbnails.push([name, `${width}`, ms(whole), ms(times.thumbnail), ratio(whole, times.thumbnail)]);
      }
    }
  }
  return [
    {
      title: 'A miss, milliseconds (goal: under 1.10 of the bare pipeline and the trips to S3)',
      head: ['original', 'width', 'target', 'whole', 'bare pipeline', 'trips to S3', 'ratio'],
      rows,
    },
    {
      title: 'A miss to JPEG against vipsthumbnail, milliseconds (goal: under 1.3)',
      head: ['original', 'width', 'whole', 'vipsthumbnail', 'ratio'],
      rows: thumbnails,
    },
  ];
}

export const miss: Bench = {
  about:
    'The whole function, from the original in the local S3 to the inline response, against the same sharp pipeline alone, and vipsthumbnail.',
  run: (context) =>
    withLocal(async (local) => {
      const folder = mkdtempSync(join(tmpdir(), 'bench-miss-'));
      try {
        return await measure(local, folder, context);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
};
