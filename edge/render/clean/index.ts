import { readGif } from '../gif/read';
import { writeGif } from '../gif/write';
import type { Kind } from '../sniff';
import { cleanJpeg } from './jpeg';
import { cleanPng } from './png';
import { cleanWebp } from './webp';

/**
 * Writes an original anew from the parts that its pixels need: without metadata, colour profile and unknown parts, and
 * without bytes between the parts or after the end. The pixels stay as they are coded.
 * @returns undefined if its kind cannot be rewritten, or if it has data that may be part of the picture
 */
export async function clean(kind: Kind, original: Buffer, animated: boolean): Promise<Buffer | undefined> {
  try {
    return await WRITERS[kind]?.(original, animated);
  } catch {
    return undefined;
  }
}

type Writer = (original: Buffer, animated: boolean) => Buffer | undefined | Promise<Buffer | undefined>;

function cleanGif(original: Buffer): Buffer | undefined {
  const gif = readGif(original);
  return gif && writeGif(gif);
}

/** AVIF is missing: its boxes have offsets into each other, so it is always rendered. */
const WRITERS: Partial<Record<Kind, Writer>> = { jpeg: cleanJpeg, png: cleanPng, webp: cleanWebp, gif: cleanGif };
