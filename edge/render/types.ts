/** The values that the steps of a render pass to each other. */
import type { Region, ResizeOptions } from 'sharp';
import type { Point } from '../focus';
import type { Format, ModernFormat, Variant } from '../variant';
import type { Size } from '../size';
import type { OperationTask, PresetDefinition } from './operations/types';
import type { Detail } from './perceptual/detail';
import type { Kind } from './sniff';
import type { Drawing } from './svg';

/** The part of the config that decides pixels, and the limits beyond which an original is refused. Sizes in pixels. */
export interface RenderSettings {
  /** Whether HEICs are read. Their decoder is in the package only with this setting. */
  heic: boolean;
  /** Longest edge of the size `full`. */
  full: number;
  /** On mozjpeg's scale; a URL may ask for another one. */
  quality: number;
  /** Whether each photograph gets a quality of its own, so that all look alike. */
  perceptual: boolean;
  /** For padding, and for formats without transparency, in which `transparent` is white. */
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
  /** Time for an answer. Efforts and formats are chosen so that no render comes near it. */
  seconds: number;
}

export type ContentType = `image/${Format}` | 'image/svg+xml' | 'application/json';

/** A variant. */
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
  /** For the log: how the variant differs from what the URL asks for, like an animation served still. */
  note?: string;
  /** The note for viewers, where they see a difference: one line of ASCII. */
  viewerNote?: string;
}

/** The header of an original. Its kind is by its content, not by its name. */
export interface Header {
  kind: Kind;
  /** Pixels of one frame, upright, of the part that is kept. The size of an SVG need not be whole. */
  width: number;
  height: number;
  /** Pixels of one frame as they are stored. */
  stored: Required<Size>;
  /** The part that is kept after a trim or a crop, upright; missing for all of the picture. */
  crop?: Region;
  /** Frames that are read; more than 1 for an animation. */
  pages: number;
  /** Index in the source of the original's first frame. */
  firstPage: number;
  /** Frames that the file has, read or not; 2 for a sequence whose frames are not counted. */
  frames: number;
  /** EXIF orientation, from 1 to 8. */
  orientation: number;
  /** Largest factor by which a drawing may be scaled; 1 for all other kinds. */
  maxScale: number;
  /** The parsed root of an SVG. */
  drawing?: Drawing;
  /** Progressive or interlaced: decoded as a whole, at the cost of memory. */
  interlaced?: boolean;
  /** Whether the colour profile is that of sRGB, so that no conversion is needed. */
  srgbProfile?: boolean;
  /** The colour profile, or one made from code points, unless it is that of sRGB. */
  profile?: Profile | undefined;
  /** Stored with 16 bits, or read so. */
  deep?: boolean;
  /** Stored without colour. */
  grey?: boolean;
  /** Whether browsers show its pixels as a variant has them: sRGB or grey without a profile, 8 bits. */
  plain?: boolean;
}

/** The bytes of an original, and what its header says. */
export interface Original {
  file: Buffer;
  header: Header;
  /** The focal point of the picture that the header describes. */
  focus?: Point | undefined;
}

/** An ICC profile: the original's own, or one made from the colours that its header states. */
export type Profile = { icc: Buffer; isOwn: boolean };

/** The size of a variant, and sharp's options to resize to it. */
export interface Geometry extends Required<Size> {
  resize: ResizeOptions;
  /** The part that is kept of the resized picture; missing for all of it. */
  crop?: Region;
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
  /** Whether the variant is in Display P3, not in sRGB. */
  isWide: boolean;
  /** The operations of a preset, if it has any. */
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
  /** Whether a palette holds all of its colours. */
  palette: boolean;
  /** On mozjpeg's scale. */
  quality: number;
  /** Of a photograph that gets a quality of its own. */
  detail?: Detail | undefined;
  /** The colour of what was transparent, in formats without transparency. */
  background: string;
  /** Time for an answer. */
  seconds: number;
}

export interface Encoded extends Encoding {
  data: Buffer;
  frames: number;
}
