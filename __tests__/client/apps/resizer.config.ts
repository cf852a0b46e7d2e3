import { defineConfig } from 'cloudfront-image-resizer/config';

export default defineConfig({
  sizes: ['next', 'nuxt', 'astro', 'unpic', '300x300', 'full'],
  qualities: [50, 75],
});
