/** What a CDK app imports: the package's `.`. */
export { ConfigError } from '../edge/config/checked';
export type { ResizerConfig } from '../edge/config/schema';
export type { Domains } from './domains';
export { ImageResizer, type ImageResizerProps } from './image-resizer';
