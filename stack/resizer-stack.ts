import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ImageResizer, type ImageResizerProps } from './image-resizer';

/** The stack that `cdk deploy` sends: one image resizer. */
export class ResizerStack extends Stack {
  readonly resizer: ImageResizer;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & ImageResizerProps) {
    super(scope, id, props);
    this.resizer = new ImageResizer(this, 'Resizer', { config });
  }
}
