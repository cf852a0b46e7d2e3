/** The values that the steps of a render pass to each other. */
import type { OutputInfo, ResizeOptions } from 'sharp';
import type { Point } from '../focus';
import type { Format, ModernFormat, Variant } from '../variant';
import type { Size } from '../size';
import type { Box, OperationTask, PresetDefinition } from './operations/types';
import type { Detail } from './perceptual/detail';
import type { Kind } from './sniff';
import type { Drawing } from './svg';

/** The part of the config that decides pixels, and the limits beyond which an original is refused. Sizes in pixels. */
export interface RenderSettings {
  /** Whether HEICs are read, which takes a decoder that is there only with this setting. */
  heic: boolean;
  /** Longest edge of the size `full`. */
  full: number;
  /** On mozjpeg's scale; a URL may ask for another one. */
  quality: number;
  /** Whether each photograph gets a quality of its own, at which it looks as most do at that one. */
  perceptual: boolean;
  /** For padding and for formats without transparency, in which `transparent` is white. */
  background: string;
  /** Presets with operations, by the names of their variants. */
  presets: Record<string, PresetDefinition>;
  /** Modern formats that `auto` may use, best first. */
  formats: ModernFormat[];
  /** Whether SVGs are drawn, or passed on as they are where the URL names no format. */
  svg: 'draw' | 'pass';
  /** The widest colour space that variants have. */
  colour: 'srgb' | 'p3';
  /** Factor from an SVG's own size to `full`. */
  svgScale: number;
  /** Largest original that is fetched, in bytes. */
  maxBytes: number;
  maxPixels: number;
  maxProgressiveJpegPixels: number;
  maxInterlacedPngPixels: number;
  maxAvifPixels: number;
  maxHeicPixels: number;
  /** Pixels of all frames of an animation together. */
  maxAnimationPixels: number;
  /** Time for an answer: efforts and formats are such that no render comes near it. */
  seconds: number;
}

/** Of a picture, or of the facts about one. */
export type ContentType = `image/${Format}` | 'image/svg+xml' | 'application/json';

/** A variant's bytes. */
export interface Rendered {
  body: Buffer;
  contentType: ContentType;
  /** Pixels of one frame. */
  width: number;
  height: number;
  /** More than 1 for an animation. */
  frames: number;
  /** For the log: why it has its format, where the class of the viewer left a choice. */
  reason?: string;
  /** For the log: how the variant differs from what was asked, such as an animation served still. */
  note?: string;
  /** The same for viewers, where it changes what they see: one line of ASCII. */
  viewerNote?: string;
}

/** The header of an original. Its kind is by its content, not by its name. */
export interface Header {
  kind: Kind;
  /** Pixels of one frame, upright and without what is cut off; of an SVG its own size, which need not be whole pixels. */
  width: number;
  height: number;
  /** Pixels of one frame as they are stored. */
  stored: Required<Size>;
  /** The part that is kept after a trim or a crop, upright; missing for all of the picture. */
  crop?: Box;
  /** Frames that are read; more than 1 for an animation. */
  pages: number;
  /** Index in the source of the original's first frame. */
  firstPage: number;
  /** Frames that the file has, read or not; 2 for a sequence whose frames are not counted. */
  frames: number;
  /** EXIF orientation, from 1 to 8. */
  orientation: number;
  /** Largest factor by which a vector image may be scaled; 1 for all others. */
  maxScale: number;
  /** The parsed root of an SVG. */
  drawing?: Drawing;
  /** Progressive or interlaced: decoded as a whole, at the cost of memory. */
  interlaced: boolean;
  /** Whether the colour profile is that of sRGB, so that no conversion is needed. */
  srgbProfile: boolean;
  /** The colour profile, or one made from code points, unless it is that of sRGB. */
  profile?: Profile;
  /** Stored with 16 bits, or read so. */
  deep: boolean;
  /** Stored without colour: padding would lose its own. */
  grey: boolean;
  /** Whether pixels can be shown as they are: upright, sRGB or grey, 8 bits. */
  plain: boolean;
}

/** The bytes of an original, and what is read of them. */
export interface Original {
  file: Buffer;
  header: Header;
  /** The focal point of the picture as the header describes it. */
  focus?: Point | undefined;
}

/** An ICC profile: the original's own, or one that is made from the colours that its header states. */
export type Profile = { icc: Buffer; isOwn: boolean };

/** The size of a variant, and sharp's options to resize to it. */
export interface Geometry extends Required<Size> {
  resize: ResizeOptions;
  /** The part that is kept of the resized picture; missing for all of it. */
  crop?: Box;
}

/** The formats that a target stands for: one, or those of its class that the config uses, best first. */
export interface Choice {
  formats: Format[];
  isClass: boolean;
}

/** One render: a variant of an original. */
export interface Task {
  original: Buffer;
  /** The bytes for the decoder: the original, or a rewritten copy. */
  source: Buffer;
  header: Header;
  variant: Variant;
  geometry: Geometry;
  choice: Choice;
  settings: RenderSettings;
  /** Whether it comes out in Display P3, in place of sRGB. */
  isWide: boolean;
  /** What is done to pixels beside giving them a size, if anything is. */
  operations: OperationTask | undefined;
}

/** A way to encode a picture. */
export interface Encoding {
  format: Format;
  lossless: boolean;
}

/** What the options of the encoders depend on. */
export interface EncodingInput {
  /** Pixels of all frames together. */
  pixels: number;
  animated: boolean;
  graphic: boolean;
  /** A palette holds all of its colours. */
  palette: boolean;
  /** On mozjpeg's scale. */
  quality: number;
  /** Of a photograph whose quality is to be its own. */
  detail?: Detail | undefined;
  background: string;
  /** Time for an answer. */
  seconds: number;
}

export interface Encoded extends Encoding {
  data: Buffer;
  info: OutputInfo;
}

/** The outcome of a render; width and height are those of one frame. */
export interface RenderResult extends Omit<Rendered, 'body' | 'contentType'> {
  data: Buffer;
  format: Format;
}
