import cdk = require('aws-cdk-lib');
import resizer = require('cloudfront-image-resizer');
import configs = require('cloudfront-image-resizer/config');

const stack = new cdk.Stack(new cdk.App(), 'Images', { env: { region: 'us-east-1' } });
new resizer.ImageResizer(stack, 'Resizer', { config: configs.defineConfig({ sizes: ['full'] }) });
