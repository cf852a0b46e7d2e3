import { App, Stack } from 'aws-cdk-lib';
import { ImageResizer } from 'cloudfront-image-resizer';
import { defineConfig } from 'cloudfront-image-resizer/config';

const app = new App();
const stack = new Stack(app, 'Images', { env: { region: 'us-east-1' } });
new ImageResizer(stack, 'Resizer', { config: defineConfig({ sizes: ['300x300', '640w'] }) });
app.synth();
