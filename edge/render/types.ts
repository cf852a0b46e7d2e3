/** What the steps of a render hand on to each other. */
import type { OutputInfo, ResizeOptions } from 'sharp';
import type { Format, Size, Variant } from '../variant';
import type { Box, OperationTask, PresetDefinition } from './operations/types';
import type { Kind } from './sniff';
import type { Drawing } from './svg';

/** What of the config decides pixels, and what is refused before it costs anything. Sizes in pixels. */
export interface RenderSettings {
  /** Longest edge of the size `full`. */
  full: number;
  /** Default quality, on mozjpeg's scale. */
  quality: number;
  /** For padding and for formats without transparency, in which `transparent` is white. */
  background: string;
  /** Presets with operations, by the names of their variants. */
  presets: Record<string, PresetDefinition>;
  /** Modern formats that `auto` may use, best first. */
  formats: ('avif' | 'webp')[];
  maxPixels: number;
  maxProgressiveJpegPixels: number;
  maxInterlacedPngPixels: number;
  maxAvifPixels: number;
  /** Pixels of all frames of an animation together. */
  maxAnimationPixels: number;
  /** Time for an answer: efforts and formats are such that no render comes near it. */
  seconds: number;
}

/** A variant's bytes. */
export interface Rendered {
  body: Buffer;
  contentType: `image/${Format}`;
  /** Pixels of one frame. */
  width: number;
  height: number;
  /** More than 1 for an animation. */
  frames: number;
  /** For the log: what was done in place of what was asked, such as an animation served still. */
  note?: string;
  /** The same for viewers, where it changes what they see: one line of ASCII. */
  notice?: string;
}

/** What an original's header says of it, whatever its name is. */
export interface Header {
  kind: Kind;
  /** Pixels of one frame, upright and without borders that are cut off; of an SVG its own size, which need not be whole pixels. */
  width: number;
  height: number;
  /** Pixels of one frame as they are stored. */
  stored: Required<Size>;
  /** What is within the borders that are cut off, upright; missing where none are. */
  crop?: Box;
  /** Frames that are read; more than 1 for an animation. */
  pages: number;
  /** Of the frames of the source, the one that is the original's first. */
  firstPage: number;
  /** Frames that the file has, read or not; 2 for a sequence whose frames are not counted. */
  frames: number;
  /** EXIF's number of how it is stored, from 1 to 8. */
  orientation: number;
  /** How much larger an original without pixels of its own may be drawn; 1 for all others. */
  maxScale: number;
  /** An SVG, as far as it is read. */
  drawing?: Drawing;
  /** Progressive or interlaced: decoded as a whole, at the cost of memory. */
  interlaced: boolean;
  /** Whether a colour profile says no more than sRGB, so that no conversion is needed. */
  srgbProfile: boolean;
  /** A colour profile or other statement of colours that are not those of sRGB. */
  profile?: Profile;
  /** Stored with 16 bits, or read so. */
  deep: boolean;
  /** Stored without colour: padding would lose its own. */
  grey: boolean;
  /** Whether pixels can be shown as they are: upright, sRGB or grey, 8 bits. */
  plain: boolean;
}

/** Where the colours of an original are stated: in its own ICC profile, or in one that says the same as its header. */
export type Profile = { icc: Buffer; isOwn: boolean };

/** The size of a variant, and how sharp gets there. */
export interface Geometry extends Required<Size> {
  resize: ResizeOptions;
}

/** The formats that a target stands for: one, or those of its class that the config uses, best first. */
export interface Choice {
  formats: Format[];
  isClass: boolean;
}

/** One variant to be made of one original. */
export interface Task {
  original: Buffer;
  /** What the decoder gets in place of the original. */
  source: Buffer;
  header: Header;
  variant: Variant;
  geometry: Geometry;
  choice: Choice;
  settings: RenderSettings;
  /** What is done to pixels beside giving them a size, if anything is. */
  operations: OperationTask | undefined;
}

/** A format, and whether it is to hold every pixel as it is. */
export interface Encoding {
  format: Format;
  lossless: boolean;
}

/** What the encoders' options depend on. */
export interface Subject {
  /** Pixels of all frames together. */
  pixels: number;
  animated: boolean;
  graphic: boolean;
  /** A palette holds all of its colours. */
  palette: boolean;
  /** On mozjpeg's scale. */
  quality: number;
  background: string;
  /** Time for an answer. */
  seconds: number;
}

export interface Encoded extends Encoding {
  data: Buffer;
  info: OutputInfo;
}

/** What has been made; pixels are those of one frame. */
export interface Outcome extends Omit<Rendered, 'body' | 'contentType'> {
  data: Buffer;
  format: Format;
}
