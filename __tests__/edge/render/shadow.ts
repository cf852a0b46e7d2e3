/** A card with a soft shadow, on nothing. */
export const SHADOW = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160">
  <filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="14"/></filter>
  <rect x="50" y="45" width="140" height="85" rx="8" fill-opacity=".5" filter="url(#soft)"/>
  <rect x="50" y="35" width="140" height="85" rx="8" fill="#4af"/>
</svg>`);

/** How far off the transparency of a decoded picture is, at most. */
export const alphaOff = (data: Buffer, original: Buffer): number =>
  original.reduce((most, value, at) => (at % 4 === 3 ? Math.max(most, Math.abs(value - data[at]!)) : most), 0);
