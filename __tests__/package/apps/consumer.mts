import { App, Stack } from 'aws-cdk-lib';
import { ImageResizer, type ImageResizerProps } from 'cloudfront-image-resizer';
import { type ResizerConfig, defineConfig } from 'cloudfront-image-resizer/config';

const config: ResizerConfig = defineConfig({ sizes: ['300x300'], fits: ['cover'], stack: { accessLogs: true } });
const props: ImageResizerProps = { config };
const stack = new Stack(new App(), 'Images', { env: { region: 'us-east-1' } });
export const domain: string = new ImageResizer(stack, 'Resizer', props).distribution.distributionDomainName;
