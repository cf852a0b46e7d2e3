import { createProvider } from 'cloudfront-image-resizer/client/nuxt';
import config from '../resizer.config';

export default createProvider(config);
