import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { ImageResizer } from 'cloudfront-image-resizer';

const app = new App();
const stack = new Stack(app, 'Images', { env: { region: 'us-east-1' } });
const distribution = new Distribution(stack, 'Site', {
  defaultBehavior: { origin: new HttpOrigin('www.example.com') },
});
for (const [name, base] of [
  ['Photos', '/img'],
  ['Products', '/products'],
] as const) {
  new ImageResizer(stack, name, { config: { base, sizes: ['300x300'] } }).addTo(distribution, `${base}/*`);
}
app.synth();
