/** Signed URLs for sizes off the list. For servers and workers only, since anybody with the key can sign. */
import {
  FITS,
  FORMATS,
  type Fit,
  type Format,
  GRAVITIES,
  type Grammar,
  type Gravity,
  type Variant,
  hasGravity,
  hasQuality,
} from '../edge/variant';
import { GRAMMAR_DEFAULTS, SIGNED_SIDE } from '../edge/config/grammar-defaults';
import { isSafePath, printPath } from '../edge/path';
import { CROP_PARTS } from '../edge/grammar-constants';
import { isBox } from '../edge/size';
import type { ImagesConfig } from './urls/config';
import { fail } from './urls/refuse';

/** The part of `resizer.config.ts` that decides what may be signed. You can pass the whole object. */
export interface SignerConfig extends ImagesConfig {
  signed?: boolean | { maxSide?: number | undefined } | undefined;
}

export interface SignerOptions {
  /** Scheme and host of the distribution; without it, URLs are paths. */
  host?: string | undefined;
  /** The secret from the file that `npm run keys` has written. */
  key: string;
  /** Id of that key, as `npm run keys -- show` prints it: a key that has another id is refused. */
  keyId?: string | undefined;
}

/** A part of the picture as it is shown, each number as a fraction of its width or height. */
export interface CropFractions {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Options of a signed URL. Without width and height, the size is `full`. */
export interface SignedOptions {
  /** In pixels. */
  width?: number | undefined;
  height?: number | undefined;
  /** Of a box; without it, the first of `fits`. */
  fit?: Fit | undefined;
  /** Of a box, with `cover` or `contain`; without it, the first of `gravities`. */
  gravity?: Gravity | undefined;
  /** 1 to 100. */
  quality?: number | undefined;
  format?: 'auto' | Format | undefined;
  crop?: CropFractions | undefined;
  /** When the URL expires: a date, or seconds since the epoch. */
  until?: Date | number | undefined;
}

export interface Signer {
  /**
   * The URL of any variant within the bounds, with its signature.
   * @throws Error for a variant that no signature allows
   */
  url(key: string, options?: SignedOptions): Promise<string>;
}

/** WebCrypto's key, with a name that both Node's and browsers' types know. */
type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const ID_CHARACTERS = 8;

/** 132 bits, as the distribution expects. */
const SIGNATURE_CHARACTERS = 22;

/**
 * Makes signed URLs of one distribution.
 * @param config the object of `resizer.config.ts`
 * @throws Error if the config accepts no signatures, or the key is invalid
 */
export function createSigner(config: SignerConfig, { host = '', key, keyId }: SignerOptions): Signer {
  if (!config.signed) fail('The config accepts no signatures: set signed in it, and deploy.');
  const secret = key?.trim();
  if (!/^[\w-]{43}$/.test(secret))
    fail('The key is not one of `npm run keys`: those have 43 letters, digits, - and _.');
  const grammar = { base: config.base ?? '' } as Grammar;
  let imported: Promise<HmacKey> | undefined;

  const url = async (original: string, options: SignedOptions = {}): Promise<string> => {
    imported ??= importKey(secret, keyId);
    const path = printPath(grammar, { key: checkedKey(original), variant: variantOf(config, options) });
    const until = untilOf(options.until);
    const asked = until === undefined ? path : `${path}?until=${until}`;
    const signature = base64url(await crypto.subtle.sign('HMAC', await imported, bytesOf(asked)));
    return `${host}${asked}${until === undefined ? '?' : '&'}s=${signature.slice(0, SIGNATURE_CHARACTERS)}`;
  };
  return { url };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

async function importKey(secret: string, keyId: string | undefined): Promise<HmacKey> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(secret)));
  const id = [...digest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, ID_CHARACTERS);
  if (keyId !== undefined && keyId !== id) fail(`The key is ${id}, not ${keyId}.`);
  return crypto.subtle.importKey('raw', bytesOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

const checkedKey = (key: string): string =>
  key && isSafePath(`/${key}`) && key.isWellFormed()
    ? key
    : fail('A key has no control characters, . or .. segments, or / at its start.');

function choose<T extends string>(name: string, value: T | undefined, usable: readonly T[]): void {
  if (value !== undefined && !usable.includes(value)) fail(`No such ${name}: ${value}. Allowed: ${usable.join(', ')}.`);
}

function checkWhole(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
  fail(`${name} is a whole number from 1 to ${most}, not ${value}.`);
}

function variantOf(config: SignerConfig, options: SignedOptions): Variant {
  const {
    fits = GRAMMAR_DEFAULTS.fits,
    gravities = GRAMMAR_DEFAULTS.gravities,
    formats = GRAMMAR_DEFAULTS.formats,
  } = config;
  const { width, height, fit, gravity, format = 'auto', quality, crop } = options;
  const maxSide = (typeof config.signed === 'object' && config.signed.maxSide) || SIGNED_SIDE;
  checkWhole('width', width, maxSide);
  checkWhole('height', height, maxSide);
  checkWhole('quality', quality, 100);
  choose('fit', fit, FITS);
  choose('gravity', gravity, GRAVITIES);
  choose('format', format, ['auto', ...FORMATS.filter((each) => !isModern(each) || formats.includes(each))]);
  const variant: Variant = { width, height, fit: 'inside', target: format, crop: crop && partsOf(crop) };
  if (isBox(variant)) {
    variant.fit = fit ?? fits[0]!;
    if (hasGravity(variant.fit)) variant.gravity = gravity ?? gravities[0]!;
  }
  if (quality !== (config.quality ?? GRAMMAR_DEFAULTS.quality) && hasQuality(format)) variant.quality = quality;
  return variant;
}

const isModern = (format: Format): format is 'avif' | 'webp' => format === 'avif' || format === 'webp';

/** A crop in whole parts; undefined for the whole picture. Edges are rounded, so that crops that touch have no gap. */
function partsOf({ x, y, width, height }: CropFractions): number[] | undefined {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map((edge) => Math.round(edge * CROP_PARTS)) as [
    number,
    number,
    number,
    number,
  ];
  const isPart = left >= 0 && top >= 0 && right > left && bottom > top && right <= CROP_PARTS && bottom <= CROP_PARTS;
  if (!isPart) fail('crop is { x, y, width, height } in fractions of the picture, such as 0.25, 0, 0.5, 1.');
  const parts = [left, top, right - left, bottom - top];
  return right - left + (bottom - top) === 2 * CROP_PARTS ? undefined : parts;
}

function untilOf(until: Date | number | undefined): number | undefined {
  if (until === undefined) return undefined;
  const seconds = typeof until === 'number' ? until : Math.floor(until.getTime() / 1000);
  return Number.isInteger(seconds) && seconds > 0
    ? seconds
    : fail('until is a date, or whole seconds since the epoch.');
}
