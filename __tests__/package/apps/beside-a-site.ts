import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ImageResizer } from 'cloudfront-image-resizer';

const app = new App();
const stack = new Stack(app, 'Images', { env: { region: 'us-east-1' } });
const distribution = new Distribution(stack, 'Site', {
  defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(new Bucket(stack, 'Pages')) },
});
for (const [name, base] of [
  ['Photos', '/img'],
  ['Products', '/products'],
] as const) {
  new ImageResizer(stack, name, { config: { base, sizes: ['300x300'] } }).addTo(distribution, `${base}/*`);
}
app.synth();
