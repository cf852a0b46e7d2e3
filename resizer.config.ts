import type { ResizerConfig } from './edge/config';

/**
 * The settings of this distribution. What is left out has the default that the README's configuration table and
 * `edge/config/schema.ts` name. A changed setting takes effect with the next `npm start` or `npx cdk deploy`.
 */
const config: ResizerConfig = {};

export default config;
