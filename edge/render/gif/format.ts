/** A frame of a GIF. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  /** Its own colours, 3 bytes each. */
  table?: Buffer;
  /** Bits of a colour in the compressed data. */
  codeSize: number;
  /** Compressed data up to its end code. */
  data: Buffer;
  /** Whether a pixel of the frame has this colour of the table. */
  uses: (index: number) => boolean;
  disposal: number;
  /** In hundredths of a second. */
  delay: number;
  /** Index of the colour that is clear. */
  clear?: number;
}

export interface Gif {
  width: number;
  height: number;
  /** Colours of the frames without a table of their own. */
  table?: Buffer;
  background: number;
  /** 0 for ever; undefined for once. */
  loop?: number;
  frames: GifFrame[];
}

/** What happens to a frame before the next one is drawn. */
export const DISPOSAL = { none: 0, keep: 1, background: 2, previous: 3 } as const;

/** The bytes that begin a block, and the labels of extensions. */
export const BLOCK = { extension: 0x21, control: 0xf9, application: 0xff, image: 0x2c, trailer: 0x3b } as const;
