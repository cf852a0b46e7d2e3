import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ResizerConfig } from '../edge/config/schema';
import { ImageResizer } from './image-resizer';

/** The stack that `cdk deploy` sends: one image resizer. */
export class ResizerStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { config: ResizerConfig }) {
    super(scope, id, props);
    new ImageResizer(this, 'Resizer', { config });
  }
}
