import { Aspects, Stack, type aws_cloudfront as cloudfront, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type ResizerConfig, parseConfig } from '../edge/config/schema';
import { generationOf } from '../edge/config/settings';
import { stackParameterName } from '../edge/stack-parameter';
import { AccessLogs } from './access-logs';
import { Delivery } from './delivery';
import { type Domains, domainsOf } from './domains';
import { createMonitoring } from './monitoring';
import { NewGeneration } from './new-generation';
import { OriginResponse } from './origin-response';
import { createOutputs, createStackParameter } from './outputs';
import { Places } from './places';
import { ReadableAssets } from './readable-assets';
import { Refresh } from './refresh';

export interface ImageResizerProps {
  /** As the user writes it; paths in it start from the folder of `cdk.json`. Its section `stack` says where and how this is deployed; only `name` is not used. */
  config: ResizerConfig;
  /** Domain names, with constructs of the app in place of the ids that `config.stack.domains` takes. */
  domains?: Domains;
}

/** Private buckets, a distribution in front of the variants, and the functions that make it a resizer. */
export class ImageResizer extends Construct {
  readonly originals: s3.IBucket;
  readonly variants: s3.IBucket;
  readonly distribution: cloudfront.Distribution;

  /** @throws ConfigError with a sentence for what AWS would refuse only while deploying */
  constructor(scope: Construct, id: string, props: ImageResizerProps) {
    super(scope, id);
    const config = parseConfig(props.config);
    const { logDays, accessLogs, alarmEmail } = config.stack;
    const { stackName } = Stack.of(this);
    const generation = generationOf(config);
    const domains = domainsOf(this, { ...props, config });
    const places = new Places(this, config.stack);
    this.originals = places.originals.bucket;
    this.variants = places.variants;

    const originResponse = new OriginResponse(this, 'OriginResponse', { config, places });
    const { distribution } = new Delivery(this, 'Delivery', { config, generation, places, originResponse, domains });
    this.distribution = distribution;
    const newGeneration = new NewGeneration(this, 'NewGeneration', { distribution, generation, logDays });
    if (accessLogs) new AccessLogs(this, 'AccessLogs', { distribution, logDays });
    const parameterName = stackParameterName(stackName);
    const refresh = new Refresh(places.scopeIn(places.regions.originals), 'Refresh', {
      config,
      places,
      distribution,
      distributionParameter: parameterName,
    });
    const parts = { config, generation, places, distribution, domains, originResponse, refresh, newGeneration };
    createStackParameter(this, parameterName, parts);
    createMonitoring(this, {
      places,
      distribution,
      renderFunctionName: originResponse.function.functionName,
      refresh,
      alarmEmail,
    });
    createOutputs(this, parts);
    for (const stack of places.stacks) {
      Aspects.of(stack).add(new ReadableAssets(stack === Stack.of(this) ? this : stack));
    }
  }
}
