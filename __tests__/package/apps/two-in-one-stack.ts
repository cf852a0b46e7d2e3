import { App, Stack } from 'aws-cdk-lib';
import { ImageResizer } from 'cloudfront-image-resizer';

const app = new App();
const stack = new Stack(app, 'Images', { env: { region: 'us-east-1' } });
for (const name of ['Photos', 'Products']) new ImageResizer(stack, name, { config: { sizes: ['300x300'] } });
app.synth();
