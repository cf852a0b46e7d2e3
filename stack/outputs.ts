/** How a deployed stack describes itself: in a parameter for functions and scripts, in outputs for people. */
import { CfnOutput, Stack, type aws_cloudfront as cloudfront, aws_ssm as ssm } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { featuresOf } from '../edge/config/features';
import { eagerKeyOf } from '../edge/config/private';
import { type Config, grammarOf } from '../edge/config/schema';
import { LAMBDA_EDGE } from '../edge/limits';
import type { StackParameter } from '../edge/stack-parameter';
import { variantNames } from '../edge/config/variants';
import type { Domains } from './domains';
import type { Signers } from './members';
import { outputPrefix } from './names';
import type { NewGeneration } from './new-generation';
import type { OriginResponse } from './origin-response';
import type { Places } from './places';
import type { Refresh } from './refresh';

interface Parts {
  config: Config;
  generation: string;
  places: Places;
  distribution: cloudfront.IDistribution;
  domains: Domains | undefined;
  originResponse: OriginResponse;
  refresh: Refresh;
  newGeneration: NewGeneration;
  signingKeys: cloudfront.IKeyValueStore | undefined;
  signers: Signers;
}

/** For the refresh function, which may be deployed before the distribution, and for scripts. */
export function createStackParameter(scope: Construct, parameterName: string, parts: Parts): void {
  const { config, generation, distribution, originResponse, refresh, newGeneration, signingKeys, signers } = parts;
  const { originals, variants, regions } = parts.places;
  const parameter: StackParameter = {
    id: distribution.distributionId,
    url: `https://${distribution.distributionDomainName}`,
    generation,
    ...(!featuresOf(config.stack).cacheTags && { hasCacheTags: false }),
    ...(config.base !== undefined && { base: config.base }),
    ...(signingKeys && { signingKeys: signingKeys.keyValueStoreArn }),
    ...(eagerKeyOf(config) && signers.memberKeys.length > 0 && { memberKeys: signers.memberKeys }),
    originals: { bucket: originals.bucket.bucketName, region: regions.originals, prefix: originals.prefix },
    variants: { bucket: variants.bucketName, region: regions.variants },
    logs: {
      renders: { name: originResponse.logGroupName, ...(regions.renders !== undefined && { region: regions.renders }) },
      refresh: { name: refresh.function.logGroup.logGroupName, region: regions.originals },
      newGeneration: { name: newGeneration.function.logGroup.logGroupName, region: LAMBDA_EDGE.region },
    },
  };
  new ssm.StringParameter(scope, 'DistributionParameter', {
    description: 'Tells the refresh function, which may be deployed earlier, and scripts what this stack is',
    parameterName,
    stringValue: Stack.of(scope).toJsonString(parameter),
  });
}

/**
 * The outputs of the stack, prefixed with the path of the resizer. Scripts and documents rely on their names.
 * @param scope the resizer
 */
export function createOutputs(scope: Construct, parts: Parts): void {
  const { config, generation, distribution, domains, originResponse, refresh } = parts;
  const { originals, variants, regions } = parts.places;
  const host = domains?.names.find((name) => !name.startsWith('*')) ?? distribution.distributionDomainName;
  const count = variantNames(grammarOf(config)).length;
  const outputs: Record<string, [value: string, description: string]> = {
    Url: [`https://${host}${config.base ?? ''}`, 'Where images are served'],
    OriginalsBucket: [originals.bucket.bucketName, 'Upload originals here'],
    OriginalsRegion: [regions.originals, 'Region of the originals and of the refresh function'],
    ...(originals.prefix && { OriginalsPrefix: [originals.prefix, 'Originals are below it'] }),
    VariantsBucket: [variants.bucketName, 'Variants are stored here'],
    VariantsRegion: [regions.variants, 'Region of the variants'],
    Generation: [generation, 'First segment of every key in the variants bucket'],
    Distribution: [distribution.distributionId, 'Id of the distribution'],
    OriginResponseFunction: [originResponse.function.functionName, 'The function that renders'],
    ...(regions.renders !== undefined && {
      OriginResponseRegion: [regions.renders, 'Where CloudFront runs it, and where its log is'],
    }),
    RefreshFunction: [refresh.function.functionName, 'The function that keeps variants fresh'],
    VariantsPerOriginal: [String(count), 'How many variants of one original the config allows'],
  };
  const prefix = outputPrefix(scope);
  for (const [name, [value, description]] of Object.entries(outputs)) {
    new CfnOutput(Stack.of(scope), prefix + name, { value, description });
  }
}
