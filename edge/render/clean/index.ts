import { readGif } from '../gif/read';
import { writeGif } from '../gif/write';
import type { Kind } from '../sniff';
import { cleanJpeg } from './jpeg';
import { cleanPng } from './png';
import { cleanWebp } from './webp';

type Writer = (original: Buffer, animated: boolean) => Buffer | undefined | Promise<Buffer | undefined>;

function cleanGif(original: Buffer): Buffer | undefined {
  const gif = readGif(original);
  return gif && writeGif(gif);
}

/** An AVIF is a tree of boxes with offsets into each other: it is always rendered. */
const WRITERS: Partial<Record<Kind, Writer>> = { jpeg: cleanJpeg, png: cleanPng, webp: cleanWebp, gif: cleanGif };

/**
 * Writes an original anew from the parts that its pixels need: no metadata, colour profile, or part that is not known
 * here, and nothing between the parts or after the end. The pixels stay as they are coded.
 * @returns undefined if its kind cannot be rewritten, or it holds data that may or may not be part of the picture
 */
export async function clean(kind: Kind, original: Buffer, animated: boolean): Promise<Buffer | undefined> {
  try {
    return await WRITERS[kind]?.(original, animated);
  } catch {
    return undefined;
  }
}
