import { Image } from '@unpic/react/base';
import { createTransformer } from 'cloudfront-image-resizer/client/unpic';
import { createRoot } from 'react-dom/client';
import config from '../resizer.config';

const transformer = createTransformer(config, { host: import.meta.env.VITE_IMAGES });

createRoot(document.getElementById('page')!).render(
  <>
    <Image
      id="wide"
      transformer={transformer}
      src="/photos/harbour (1).jpg"
      layout="fullWidth"
      aspectRatio={4 / 3}
      background="auto"
      priority
      alt=""
    />
    <Image
      id="square"
      transformer={transformer}
      src="/photos/harbour (1).jpg"
      layout="fixed"
      width={300}
      height={300}
      alt=""
    />
    <p>Below the pictures</p>
  </>,
);
