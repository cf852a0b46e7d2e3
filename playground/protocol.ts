/** What the page and its server say to each other, as JSON. */
import type { Grammar } from '../edge/variant';

/** The header that comes with the bytes of a picture: a `PictureHead`, percent-encoded. */
export const PICTURE_HEADER = 'x-playground-picture';

/** What belongs to the bytes of a picture: the server sends no type with them that a browser would open. */
export interface PictureHead {
  contentType: string;
  /** Missing for an original, which comes from its bucket. */
  answer?: ViewerAnswer;
}

/** All that the page has to know before it shows anything. */
export interface Site {
  resizers: Resizer[];
  classes: ViewerClass[];
}

/** An image resizer, and what can be done to its originals. */
export interface Resizer {
  name: string;
  /** Scheme and host of its distribution. */
  url: string;
  grammar: Grammar;
  /** Whether it runs on this machine, where renders cost nothing. */
  isLocal: boolean;
  /** Where its originals are; missing where only their keys are known. */
  bucket?: string;
  /** What the keys of originals for members begin with, '' where all are; missing where there are none. */
  members?: string[];
  /** Whether the server signs what it asks for. */
  isSigned: boolean;
}

/** Browsers that take the same formats. */
export interface ViewerClass {
  /** The target that their URLs get in place of a format. */
  target: string;
  accept: string;
}

export interface Original {
  /** As in URLs: without the prefix of the bucket. */
  key: string;
  /** Missing, like `version`, where only keys are known. */
  bytes?: number;
  /** Changes with the original, and with its metadata. */
  version?: string;
}

export interface Originals {
  originals: Original[];
  /** Whether there are more than the server lists. */
  isTruncated: boolean;
}

/** An answer of the distribution as a viewer gets it; the body follows by itself. */
export interface ViewerAnswer {
  status: number;
  headers: Record<string, string>;
  /** From the request to the end of the body, the redirect included. */
  milliseconds: number;
  /** The `Cache-Control` that came, where the local distribution says another one than AWS would. */
  localCacheControl?: string;
  /** Where a 302 led, if there was one. */
  redirect?: string;
  /** Why the picture has its format, as its render has logged it; missing where that is not known here. */
  formatReason?: string;
}

/** Keys of originals of one resizer that are new, have changed or are gone. */
export interface ChangeEvent {
  resizer: string;
  keys: string[];
}

/** A point of a picture as shown; 0 is the left or the upper edge, 1 the right or the lower one. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** Why the server did not do what it was asked for. */
export interface Failure {
  error: string;
}
