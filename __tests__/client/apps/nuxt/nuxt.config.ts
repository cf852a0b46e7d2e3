export default defineNuxtConfig({
  modules: ['@nuxt/image'],
  telemetry: false,
  image: {
    provider: 'resizer',
    providers: { resizer: { provider: '~~/providers/resizer.ts', options: { baseURL: process.env.IMAGES } } },
  },
});
