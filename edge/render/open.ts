import { type Failure, isFailure } from '../failure';
import { decodeHeic } from './heif/decode';
import { inspect } from './inspect';
import { heicIsOff } from './refusals';
import { sniff } from './sniff';
import type { Header, RenderSettings } from './types';

/** An original, and what is read of it. */
export interface Opened {
  original: Buffer;
  header: Header;
}

/** Reads the header of an original. A HEIC, which sharp does not read, is decoded: from here on it is a TIFF. */
export async function open(file: Buffer, settings: RenderSettings): Promise<Opened | Failure> {
  const original = sniff(file) === 'heic' ? heicAsTiff(file, settings) : file;
  if (isFailure(original)) return original;
  const header = await inspect(original, settings);
  return isFailure(header) ? header : { original, header };
}

const heicAsTiff = (file: Buffer, settings: RenderSettings): Buffer | Failure =>
  settings.heic ? decodeHeic(file, settings) : heicIsOff();
