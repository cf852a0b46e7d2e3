/** Two resizers on one distribution, as an app of one's own has them. */
import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { ImageResizer } from '../../../stack';

const app = new App();
const stack = new Stack(app, 'Website', { env: { region: 'us-east-1' } });
const distribution = new Distribution(stack, 'Site', {
  defaultBehavior: { origin: new HttpOrigin('www.example.com') },
});
for (const [name, base, size] of [
  ['Photos', '/img', '300x300'],
  ['Products', '/products', '64w'],
] as const) {
  const config = { base, sizes: [size], presets: {} };
  new ImageResizer(stack, name, { config }).addTo(distribution, `${base}/*`);
}
app.synth();
