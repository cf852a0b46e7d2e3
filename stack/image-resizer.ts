import { Aspects, CfnOutput, RemovalPolicy, Stack, aws_logs as logs } from 'aws-cdk-lib';
import { aws_cloudfront as cloudfront, aws_s3 as s3, aws_ssm as ssm } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';
import { generationOf, viewerRequestSettings } from '../edge/config/settings';
import { LAMBDA_EDGE } from '../edge/limits';
import { type StackParameter, stackParameterName } from '../edge/stack-parameter';
import { variantNames } from '../edge/config/variants';
import { AccessLogs } from './access-logs';
import {
  type ExistingOriginals,
  admitDistributions,
  bucketNames,
  byName,
  checkApart,
  createOriginals,
  createVariants,
  useOriginals,
} from './buckets';
import { checkProps } from './check-props';
import { createDashboard } from './dashboard';
import { Delivery, distributionArn } from './delivery';
import type { Domains } from './domains';
import { RenderMetrics } from './metrics';
import { createAlarms } from './monitoring';
import { NewGeneration } from './new-generation';
import { OriginResponse } from './origin-response';
import { ReadableAssets } from './readable-assets';
import { Refresh } from './refresh';
import { type Regions, isSpread, regionsOf } from './regions';
import { SupportStacks } from './support-stacks';
import { createRateLimit } from './web-acl';

export interface ImageResizerProps {
  /** What images are made, as `parseConfig` returns it; its section `stack` is left to the other props. */
  config: Config;
  /** Where the buckets are, and renders run beside them. Default: us-east-1. */
  region?: string;
  /** A bucket that is there already. Default: one is created, and kept when the stack goes. */
  originals?: ExistingOriginals;
  /** Default: the distribution's own name alone. */
  domains?: Domains;
  /** A web ACL for CloudFront. Default: none. */
  webAclArn?: string;
  /** Requests in five minutes that one address may make; makes a web ACL. Default: any number. */
  rateLimit?: number;
  /** Default: all edges. */
  priceClass?: cloudfront.PriceClass;
  /** Whether CloudFront writes access logs. Default: no. */
  accessLogs?: boolean;
  /** How long logs are kept, in days. Default: a month. */
  logRetention?: logs.RetentionDays;
  /** Who gets a mail when an alarm goes off. Default: nobody. */
  alarmEmail?: string;
  /** Days after which stored variants expire. Default: never. */
  variantDays?: number;
  /** Whether the bucket of variants stays, with all in it, when the stack goes. Default: no. */
  keepVariants?: boolean;
  /** Memory of the rendering function in MB. Default: that of the config. */
  memoryMb?: number;
}

/** Private buckets, a distribution in front of the variants, and the functions that make it a resizer. */
export class ImageResizer extends Construct {
  readonly originals: s3.IBucket;
  readonly variants: s3.IBucket;
  readonly distribution: cloudfront.Distribution;

  /** @throws Error with a sentence for props that AWS would refuse only while deploying */
  constructor(scope: Construct, id: string, props: ImageResizerProps) {
    super(scope, id);
    checkProps(this, props);
    const { config, domains, webAclArn, rateLimit, accessLogs } = props;
    const { region = LAMBDA_EDGE.region, logRetention = logs.RetentionDays.ONE_MONTH } = props;
    const { stackName } = Stack.of(this);
    const generation = generationOf(config);
    const regions = regionsOf(region, props.originals?.region ?? region);
    const stacks = new SupportStacks(this);

    const names = bucketNames(stackName, regions);
    const home = {
      originals: props.originals
        ? useOriginals(this, regions.originals, props.originals)
        : createOriginals(stacks.in(regions.originals), names?.originals),
      variants: createVariants(stacks.in(regions.variants), names?.variants, props),
    };
    if (props.originals) checkApart(props.originals, home.variants, names);
    if (names) admitDistributions(home.variants);
    const originals = {
      ...home.originals,
      bucket: byName(this, 'OriginalsByName', home.originals.bucket, names?.originals),
    };
    const variants = byName(this, 'VariantsByName', home.variants, names?.variants);
    this.originals = originals.bucket;
    this.variants = variants;

    const originResponse = new OriginResponse(this, 'OriginResponse', {
      config,
      originals,
      variants,
      memoryMb: props.memoryMb ?? config.stack.memoryMb,
      functionName: isSpread(regions) ? `${stackName}-origin-response` : undefined,
    });
    const renderLog = new logs.LogGroup(stacks.in(regions.renders), 'RenderLog', {
      logGroupName: originResponse.logGroupName,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.distribution = new Delivery(this, 'Delivery', {
      config,
      generation,
      originals,
      variants,
      regions,
      originResponse,
      domains,
      webAclArn: rateLimit === undefined ? webAclArn : createRateLimit(this, rateLimit),
      priceClass: props.priceClass ?? cloudfront.PriceClass.PRICE_CLASS_ALL,
    }).distribution;
    // Else the first render would make the log group, without an end to what it keeps.
    this.distribution.node.addDependency(renderLog);
    const newGeneration = new NewGeneration(this, 'NewGeneration', {
      distribution: this.distribution,
      generation,
      logRetention,
    });
    if (accessLogs) new AccessLogs(this, 'AccessLogs', { distribution: this.distribution, days: logRetention });
    const parameterName = stackParameterName(stackName);
    const refreshScope = stacks.in(regions.originals);
    const refresh = new Refresh(refreshScope, 'Refresh', {
      config,
      originals: home.originals,
      variants: byName(refreshScope, 'RefreshedVariants', home.variants, names?.variants),
      variantsRegion: regions.variants,
      distributionParameter: parameterName,
      distributionArn: distributionArn(this, names ? '*' : this.distribution.distributionId),
      logRetention,
      name: names && `${stackName}-refresh`,
    });
    new ssm.StringParameter(this, 'DistributionParameter', {
      description: 'Tells the refresh function, which may be deployed earlier, and scripts what this stack is',
      parameterName,
      stringValue: Stack.of(this).toJsonString({
        id: this.distribution.distributionId,
        url: `https://${this.distribution.distributionDomainName}`,
        generation,
        originals: { bucket: originals.bucket.bucketName, region: regions.originals, prefix: originals.prefix },
        variants: { bucket: variants.bucketName, region: regions.variants },
        logs: {
          renders: { name: originResponse.logGroupName, region: regions.renders },
          refresh: { name: refresh.function.logGroup.logGroupName, region: regions.originals },
          newGeneration: { name: newGeneration.function.logGroup.logGroupName, region: LAMBDA_EDGE.region },
        },
      } satisfies StackParameter),
    });
    const renders = new RenderMetrics(originResponse.function.functionName, regions.renders);
    createDashboard(this, { distribution: this.distribution, renders, region: regions.originals, refresh });
    createAlarms(stacks, {
      distribution: this.distribution,
      renders,
      deadLetters: refresh.deadLetters,
      email: props.alarmEmail,
    });
    this.createOutputs(generation, originResponse, refresh, regions, props);
    for (const stack of stacks.all) {
      Aspects.of(stack).add(new ReadableAssets(stack === Stack.of(this) ? this : stack));
    }
  }

  private createOutputs(
    generation: string,
    originResponse: OriginResponse,
    refresh: Refresh,
    regions: Regions,
    { config, domains, originals }: ImageResizerProps,
  ): void {
    const { distributionId, distributionDomainName } = this.distribution;
    const host = domains?.names.find((name) => !name.startsWith('*')) ?? distributionDomainName;
    const count = variantNames(viewerRequestSettings(config)).length;
    const outputs: Record<string, [value: string, description: string]> = {
      Url: [`https://${host}`, 'Where images are served'],
      OriginalsBucket: [this.originals.bucketName, 'Upload originals here'],
      OriginalsRegion: [regions.originals, 'Where the originals are, and the refresh function'],
      ...(originals?.prefix && { OriginalsPrefix: [originals.prefix, 'Originals are below it'] }),
      VariantsBucket: [this.variants.bucketName, 'Variants are stored here'],
      VariantsRegion: [regions.variants, 'Where the variants are'],
      Generation: [generation, 'First segment of every key in the variants bucket'],
      Distribution: [distributionId, 'Id of the distribution'],
      OriginResponseFunction: [originResponse.function.functionName, 'The function that renders'],
      OriginResponseRegion: [regions.renders, 'Where CloudFront runs it, and its log is'],
      RefreshFunction: [refresh.function.functionName, 'The function that keeps variants fresh'],
      VariantsPerOriginal: [String(count), 'How many variants of one original the config allows'],
    };
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(Stack.of(this), name, { value, description });
    }
  }
}
