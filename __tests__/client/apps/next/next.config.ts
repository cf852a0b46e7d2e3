import { nextImages } from 'cloudfront-image-resizer/client/next';
import type { NextConfig } from 'next';
import config from './resizer.config';

const nextConfig: NextConfig = {
  output: 'export',
  images: { loader: 'custom', loaderFile: './image-loader.ts', ...nextImages(config) },
};

export default nextConfig;
