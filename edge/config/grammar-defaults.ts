/**
 * Defaults of the settings that the URL grammar is made of, and the sets of sizes. Plain data without imports, since
 * the client bundles it, too. Defaults of the other settings are in `schema.ts`, of the stack's in `stack-schema.ts`.
 */

/** The value of each setting that a config leaves out. */
export const GRAMMAR_DEFAULTS = {
  sizes: ['100x100', '300x300', '600x600', '360x270', '320w', '640w', '960w', '1280w', '1920w', '480h', 'full'],
  presets: {
    thumb: { width: 200, height: 200, fit: 'cover' as const },
    profile: { width: 400, height: 400, fit: 'cover' as const, gravity: 'attention' as const },
    cover: { width: 1600, height: 400, fit: 'cover' as const },
    /** Shown until the picture has loaded. */
    placeholder: { width: 24, blur: 1, quality: 40 },
  },
  maxDpr: 3,
  fits: ['cover' as const, 'inside' as const],
  gravities: ['focus' as const, 'attention' as const],
  formats: ['avif' as const, 'webp' as const],
  quality: 76,
  qualities: [] as number[],
};

/** Default of `signed.maxSide`, in pixels: about the width of a 4K screen. */
export const SIGNED_SIDE = 4_096;

const SCREENS = [640, 750, 828, 960, 1080, 1280, 1668, 1920, 2048, 2560, 3200, 3840, 4480, 5120, 6016];

/** Widths that frameworks ask for, in pixels, by the name that `sizes` may have in their place. */
export const SETS: Record<string, number[]> = {
  /** Next.js 16: `imageSizes` and `deviceSizes`. */
  next: [32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840],
  /** Nuxt Image 2: its screens, at pixel ratios of 1 and 2. */
  nuxt: [640, 768, 1024, 1280, 1536, 2048, 2560, 3072],
  /** Astro 7: its breakpoints for responsive images that other servers resize. */
  astro: SCREENS,
  /** unpic 4: its breakpoints, and the blurred background of `background="auto"`. */
  unpic: /* @__PURE__ */ [24].concat(SCREENS),
};

/** Sizes, with the widths of each set in place of its name. */
export const expandSets = (sizes: readonly string[]): string[] =>
  sizes.flatMap((size) => SETS[size]?.map((width) => `${width}w`) ?? size);
