/** The messages between the page and its server, as JSON. */
import type { Grammar } from '../edge/variant';

/** The header that comes with the bytes of a picture: a `PictureHead`, percent-encoded. */
export const PICTURE_HEADER = 'x-playground-picture';

/** Describes the bytes of a picture, which the server sends with a type that browsers do not open. */
export interface PictureHead {
  contentType: string;
  /** Missing for an original, which comes from its bucket. */
  answer?: ViewerAnswer;
}

/** Everything that the page needs before it shows anything. */
export interface Site {
  resizers: Resizer[];
  classes: ViewerClass[];
}

/** An image resizer. */
export interface Resizer {
  name: string;
  /** Scheme and host of its distribution. */
  url: string;
  grammar: Grammar;
  /** Whether it runs on this machine, where renders cost nothing. */
  isLocal: boolean;
  /** Bucket of its originals; missing if only their keys are known. */
  bucket?: string;
  /** Prefixes of keys for members; '' if all originals are, missing if none is. */
  members?: string[];
  /** Whether the server signs its requests. */
  isSigned: boolean;
}

/** Browsers that accept the same formats. */
export interface ViewerClass {
  /** The target of their URLs, instead of a format. */
  target: string;
  accept: string;
}

export interface Original {
  /** As in URLs: without the prefix of the bucket. */
  key: string;
  /** Missing, like `version`, if only keys are known. */
  bytes?: number;
  /** Changes with the original, and with its metadata. */
  version?: string;
}

export interface Originals {
  originals: Original[];
  /** Whether there are more than the server lists. */
  isTruncated: boolean;
}

/** An answer of the distribution as a viewer gets it, without its body. */
export interface ViewerAnswer {
  status: number;
  headers: Record<string, string>;
  /** From the request to the end of the body, the redirect included. */
  milliseconds: number;
  /** The actual `Cache-Control`, if the local distribution sends another one than AWS would. */
  localCacheControl?: string;
  /** The target of a 302, if there was one. */
  redirect?: string;
  /** Why the picture has its format, from the log of its render; missing if that is not known here. */
  formatReason?: string;
}

/** Keys of originals of one resizer that are new, have changed or are gone. */
export interface ChangeEvent {
  resizer: string;
  keys: string[];
}

/** A point of the upright picture; 0 is the left or upper edge, 1 the right or lower one. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** An error of the server. */
export interface Failure {
  error: string;
}
