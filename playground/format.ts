/** Bytes in a unit of three digits: kB are 1,000 bytes, as on the wire. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 2 : 3 })} ${unit}`;
}

const TYPES: Readonly<Record<string, string>> = { jpg: 'JPEG', tif: 'TIFF', heif: 'HEIC' };

/** The type that a key's extension promises; '' for a key without one. */
export function typeOfKey(key: string): string {
  const extension = /\.([a-z\d]{1,5})$/i.exec(key)?.[1]?.toLowerCase();
  return extension === undefined ? '' : (TYPES[extension] ?? extension.toUpperCase());
}

/** `image/avif` as `AVIF`. */
export const nameOfType = (contentType: string): string =>
  /^image\/([\w-]+)/.exec(contentType)?.[1]?.toUpperCase() ?? contentType;
