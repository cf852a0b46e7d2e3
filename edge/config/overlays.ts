/** Files that presets lay over pictures. They go into the function's package. */
import { readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { SaxesParser } from 'saxes';
import { isFailure } from '../failure';
import { PNG_SIGNATURE, readPng } from '../render/png';
import { decodeXml } from '../render/svg/decode';
import { readRoot } from '../render/svg/root';
import { ConfigError } from './checked';
import type { PresetConfig } from './preset-schema';
import { sha256 } from './sha256';

/** An overlay in the function's package. */
export interface OverlayFile {
  /** Its path in the package, from the hash of its bytes and its extension. */
  name: string;
  bytes: Buffer;
}

/** Most bytes of one overlay, since each render with it reads them. */
const MAX_BYTES = 1024 * 1024;

/** Most pixels of a PNG, which take memory beside those of the picture. */
const MAX_PIXELS = 4e6;

const NAME_CHARACTERS = 16;

/** What is wrong with the bytes of an overlay; undefined if nothing is. */
function faultOf(extension: string, bytes: Buffer): string | undefined {
  if (bytes.length > MAX_BYTES) return `expected a file of up to ${MAX_BYTES} bytes, not ${bytes.length}`;
  if (extension === '.svg') return faultOfSvg(bytes);
  if (!bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'expected a PNG, which this file is not';
  const chunks = [...readPng(bytes)];
  if (chunks.at(-1)?.name !== 'IEND' || !chunks.every(({ isIntact }) => isIntact)) {
    return 'expected a PNG that is not damaged';
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return width * height > MAX_PIXELS
    ? `expected a PNG of up to ${MAX_PIXELS / 1e6} megapixels, not ${width}x${height}`
    : undefined;
}

function faultOfSvg(bytes: Buffer): string | undefined {
  const text = decodeXml(bytes);
  if (text === undefined || isFailure(readRoot(text))) return 'expected an SVG, which this file is not';
  let fault: string | undefined;
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => {
    // Only the renderer knows the entities of a DTD.
    if (!/entity/i.test(message)) fault ??= `expected an SVG that is not damaged (line ${message})`;
  });
  parser.write(text).close();
  return fault;
}

/** Reads an overlay. @param file absolute path @throws Error with what was expected instead */
export function overlayOf(file: string): OverlayFile {
  const extension = extname(file).toLowerCase();
  if (extension !== '.png' && extension !== '.svg') throw new Error('expected a file that ends in .png or .svg');
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error('expected a file that exists');
  const bytes = readFileSync(file);
  const fault = faultOf(extension, bytes);
  if (fault) throw new Error(fault);
  return { name: `overlays/${sha256(bytes).slice(0, NAME_CHARACTERS)}${extension}`, bytes };
}

interface WithPresets {
  presets: Record<string, PresetConfig>;
}

/**
 * The config with absolute paths of overlays.
 * @param folder that they are relative to
 * @throws ConfigError with a line for each that cannot be used
 */
export function withOverlays<T extends WithPresets>(config: T, folder: string): T {
  const lines: string[] = [];
  const presets = Object.entries(config.presets).map(([name, preset]): [string, PresetConfig] => {
    if (!preset.overlay) return [name, preset];
    const file = resolve(folder, preset.overlay.file);
    try {
      overlayOf(file);
    } catch (error) {
      lines.push(`presets.${name}.overlay.file: ${JSON.stringify(preset.overlay.file)}, ${(error as Error).message}`);
    }
    return [name, { ...preset, overlay: { ...preset.overlay, file } }];
  });
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return { ...config, presets: Object.fromEntries(presets) };
}

/** The files of all overlays, each once. */
export function overlayFiles({ presets }: WithPresets): OverlayFile[] {
  const files = Object.values(presets).flatMap(({ overlay }) => (overlay ? overlayOf(overlay.file) : []));
  return [...new Map(files.map((file) => [file.name, file])).values()];
}
