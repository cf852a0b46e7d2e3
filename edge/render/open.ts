import { type Failure, isFailure } from '../failure';
import { decodeHeic } from './heif/decode';
import { inspect } from './inspect';
import { heicIsOff } from './refusals';
import { sniff } from './sniff';
import type { Original, RenderSettings } from './types';

/** Reads the header of an original. A HEIC, which sharp does not read, is decoded: from here on it is a TIFF. */
export async function open(original: Buffer, settings: RenderSettings): Promise<Original | Failure> {
  const file = sniff(original) === 'heic' ? heicAsTiff(original, settings) : original;
  if (isFailure(file)) return file;
  const header = await inspect(file, settings);
  return isFailure(header) ? header : { file, header };
}

const heicAsTiff = (file: Buffer, settings: RenderSettings): Buffer | Failure =>
  settings.heic ? decodeHeic(file, settings) : heicIsOff();
