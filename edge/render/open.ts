import { type Failure, isFailure } from '../failure';
import { decodeHeic } from './heif/decode';
import { inspect } from './inspect';
import { heicIsOff, unsupported } from './refusals';
import { sniff } from './sniff';
import type { Original, RenderSettings } from './types';

/** Reads the header of an original. A HEIC, which sharp does not read, is decoded: from here on it is a TIFF. */
export async function open(original: Buffer, settings: RenderSettings): Promise<Original | Failure> {
  const kind = sniff(original);
  if (!kind) return unsupported();
  if (kind !== 'heic') return inspect(original, kind, settings);
  const tiff = settings.heic ? decodeHeic(original, settings) : heicIsOff();
  return isFailure(tiff) ? tiff : inspect(tiff, 'tiff', settings);
}
