import { createService } from 'cloudfront-image-resizer/client/astro';
import config from '../resizer.config';

export default createService(config, { host: process.env.IMAGES });
