'use client';

import { createLoader } from 'cloudfront-image-resizer/client/next';
import config from './resizer.config';

export default createLoader(config, { host: process.env.NEXT_PUBLIC_IMAGES });
