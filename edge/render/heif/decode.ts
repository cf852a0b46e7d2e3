import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Failure, isFailure } from '../../failure';
import { corrupt, refusalFor } from '../refusals';
import type { Pixels } from '../pixels';
import { writeTiff } from '../tiff';
import type { RenderSettings } from '../types';
import { overHeicLimit, readHeicHeader } from './header';
import type { Libheif } from './libheif';

/** The folder of the decoder: its code as WebAssembly, and its loader. */
const FOLDER = 'libheif-js/libheif-wasm';

/** The code, loaded for the first HEIC. */
let wasmBinary: Buffer | undefined;

/**
 * Starts a decoder with empty memory. Each picture gets its own: the memory can only grow, and no picture may find the
 * bytes of another one.
 */
function startDecoder(): Libheif {
  // Resolved at run time, beside the bundle: it is there only with the setting `heic`.
  const load = createRequire(__filename);
  wasmBinary ??= readFileSync(load.resolve(`${FOLDER}/libheif.wasm`));
  return (load(`${FOLDER}/libheif.js`) as (options: { wasmBinary: Buffer }) => Libheif)({ wasmBinary });
}

/**
 * Decodes the primary picture of a HEIC to a file that sharp reads, upright by its boxes, with its transparency and
 * profile. EXIF is left out, since its orientation repeats that of the boxes.
 * @returns an uncompressed TIFF, or why there is none
 */
export function decodeHeic(file: Buffer, settings: RenderSettings): Buffer | Failure {
  const header = readHeicHeader(file);
  if (isFailure(header)) return header;
  const tooLarge = overHeicLimit(header, Math.min(settings.maxHeicPixels, settings.maxPixels));
  if (tooLarge) return tooLarge;
  try {
    const pixels = decode(startDecoder(), file);
    return pixels ? writeTiff(pixels, header.icc) : corrupt();
  } catch (error) {
    return refusalFor(error, corrupt());
  }
}

function decode(heif: Libheif, file: Buffer): Pixels | undefined {
  const context = heif.heif_context_alloc();
  if (heif.heif_context_read_from_memory(context, file).code !== heif.heif_error_code.heif_error_Ok) return undefined;
  const picture = heif.heif_js_context_get_primary_image_handle(context);
  if (picture.code) return undefined;
  const hasAlpha = heif.heif_image_handle_has_alpha_channel(picture) !== 0;
  const { heif_chroma_interleaved_RGBA, heif_chroma_interleaved_RGB } = heif.heif_chroma;
  const layout = hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  const decoded = heif.heif_js_decode_image2(picture, heif.heif_colorspace.heif_colorspace_RGB, layout);
  const [plane] = decoded.channels ?? [];
  if (!plane) return undefined;
  const channels = hasAlpha ? 4 : 3;
  const { width, height } = plane;
  const pixels: Pixels = { data: withoutPadding(plane, channels), width, height, channels };
  const isPremultiplied = hasAlpha && heif.heif_image_handle_is_premultiplied_alpha(picture) !== 0;
  return isPremultiplied ? { ...pixels, data: unmultiplied(pixels.data) } : pixels;
}

type Plane = NonNullable<ReturnType<Libheif['heif_js_decode_image2']>['channels']>[number];

/** The rows of a picture without the padding between them, copied out of the decoder's memory. */
function withoutPadding({ data, width, height, stride }: Plane, channels: number): Buffer {
  const rowBytes = width * channels;
  const pixels = Buffer.allocUnsafe(rowBytes * height);
  for (let row = 0; row < height; row++) {
    pixels.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return pixels;
}

/** Colours that are no longer multiplied by their alpha. */
function unmultiplied(pixels: Buffer): Buffer {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.min(255, Math.round((pixels[channel]! * 255) / alpha));
    }
  }
  return pixels;
}
