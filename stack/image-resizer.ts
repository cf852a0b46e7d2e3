import {
  Aspects,
  Stack,
  type aws_cloudfront as cloudfront,
  type aws_cloudwatch as cloudwatch,
  type aws_iam as iam,
  type aws_lambda as lambda,
  type aws_s3 as s3,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import { featuresOf } from '../edge/config/features';
import type { Config } from '../edge/config/schema';
import { generationOf } from '../edge/config/settings';
import { stackParameterName } from '../edge/stack-parameter';
import { AccessLogs } from './access-logs';
import { addBehaviour } from './attach';
import { Delivery } from './delivery';
import { type Domains, domainsOf } from './domains';
import { type ForeignBehaviour, describeBehaviour } from './foreign-behaviour';
import { createMonitoring } from './monitoring';
import { pathInStack } from './names';
import { NewGeneration } from './new-generation';
import { OriginResponse } from './origin-response';
import { createOutputs, createStackParameter } from './outputs';
import { createDistribution } from './own-distribution';
import { Places } from './places';
import { type ImageResizerProps, readProps } from './props';
import { ReadableAssets } from './readable-assets';
import { Refresh } from './refresh';

export type { ImageResizerProps } from './props';

/** Everything that depends on the distribution that serves the images. */
interface Attachment {
  distribution: cloudfront.IDistribution;
  refresh: Refresh;
  alarms: cloudwatch.Alarm[];
}

/**
 * Private buckets, a distribution in front of the variants, and the functions that make it a resizer. With `base` in the
 * config it has no distribution of its own, and is added to one by `addTo`.
 */
export class ImageResizer extends Construct {
  /** Private, and kept when the stack is destroyed; or the existing one that the settings name. */
  readonly originals: s3.IBucket;
  /** Emptied and deleted with the stack, unless the settings keep it. */
  readonly variants: s3.IBucket;
  /** The CloudFront Function that turns URLs into canonical paths. */
  readonly viewerRequest: cloudfront.Function;
  /** The function at the edge that renders. */
  readonly originResponse: lambda.Function;
  readonly #config: Config;
  readonly #props: ImageResizerProps;
  readonly #places: Places;
  readonly #delivery: Delivery;
  #attachment: Attachment | undefined;

  /** @throws ConfigError for a wrong config, and for what AWS would only refuse while deploying */
  constructor(scope: Construct, id: string, props: ImageResizerProps = {}) {
    super(scope, id);
    const config = readProps(this, props);
    const generation = generationOf(config);
    const domains = domainsOf(this, { config, ...(props.domains && { domains: props.domains }) });
    const hasDomain = domains !== undefined;
    this.#config = config;
    this.#props = props;
    this.#places = new Places(this, config.stack);
    this.originals = this.#places.originals.bucket;
    this.variants = this.#places.variants;
    const originResponse = new OriginResponse(this, 'OriginResponse', { config, places: this.#places, hasDomain });
    this.originResponse = originResponse.function;
    this.#delivery = new Delivery(this, 'Delivery', {
      config,
      generation,
      places: this.#places,
      originResponse,
      hasDomain,
    });
    this.viewerRequest = this.#delivery.viewerRequest;
    if (config.base === undefined) {
      const distribution = createDistribution(this, this.#delivery, domains);
      if (config.stack.accessLogs) {
        new AccessLogs(this, 'AccessLogs', { distribution, logDays: config.stack.logDays });
      }
      this.#attachTo(distribution, domains);
    }
    this.node.addValidation({ validate: () => (this.#attachment ? [] : [unattached(config)]) });
    for (const stack of this.#places.stacks) {
      Aspects.of(stack).add(new ReadableAssets(stack === Stack.of(this) ? this : stack));
    }
  }

  /** The one that serves the images. */
  get distribution(): cloudfront.IDistribution {
    return this.#attached.distribution;
  }

  /** The function that keeps variants as fresh as their originals. */
  get refresh(): lambda.Function {
    return this.#attached.refresh.function;
  }

  /** Changes of originals, for the refresh function. */
  get queue(): sqs.Queue {
    return this.#attached.refresh.queue;
  }

  /** Changes that failed too often. */
  get deadLetterQueue(): sqs.Queue {
    return this.#attached.refresh.deadLetters;
  }

  /** All alarms, each in the region of its metric. */
  get alarms(): readonly cloudwatch.Alarm[] {
    return this.#attached.alarms;
  }

  /** Allows reading the originals, only below the prefix if there is one. */
  grantReadOriginals(grantee: iam.IGrantable): iam.Grant {
    return this.originals.grantRead(grantee, `${this.#places.originals.prefix}*`);
  }

  /**
   * Adds the images to a distribution of the same stack, below the base.
   * @param pathPattern that of the base: `/img/*` for `/img`
   * @throws ConfigError with what to do instead
   */
  addTo(distribution: cloudfront.IDistribution, pathPattern: string): void {
    this.#checkUnattached();
    this.#attachTo(addBehaviour(this, this.#delivery, distribution, pathPattern), undefined);
  }

  /**
   * Describes the images to the owner of a distribution that this app cannot change.
   * @param distribution imported, with its id and its domain name
   * @param options `cacheTagHeader`: header that it already reads cache tags from
   * @returns origin and behaviour, also as JSON in the output `Behaviour`
   */
  behaviour(distribution: cloudfront.IDistribution, options: { cacheTagHeader?: string } = {}): ForeignBehaviour {
    this.#checkUnattached();
    if (this.#config.base === undefined) throw new ConfigError('Set base in the config, such as /img.');
    const described = describeBehaviour(this.#delivery, distribution, options.cacheTagHeader);
    this.#attachTo(distribution, undefined);
    return described;
  }

  get #attached(): Attachment {
    if (!this.#attachment) throw new ConfigError(unattached(this.#config));
    return this.#attachment;
  }

  #checkUnattached(): void {
    if (!this.#attachment) return;
    throw new ConfigError(`${this.node.path} has a distribution already. Create one ImageResizer for each.`);
  }

  /** Creates everything that depends on the distribution. */
  #attachTo(distribution: cloudfront.IDistribution, domains: Domains | undefined): void {
    const { signingKeys, signers } = this.#delivery;
    const { generation, originResponse } = this.#delivery.props;
    const [config, places] = [this.#config, this.#places];
    const { logDays, alarmEmail } = config.stack;
    const newGeneration = new NewGeneration(this, 'NewGeneration', {
      distribution,
      generation,
      base: config.base,
      logDays,
    });
    const parameterName = stackParameterName(Stack.of(this).stackName, pathInStack(this));
    const refresh = new Refresh(places.scopeIn(places.regions.originals), 'Refresh', {
      config,
      places,
      distribution,
      distributionParameter: parameterName,
    });
    const functions = { originResponse, refresh, newGeneration };
    const parts = { config, generation, places, distribution, domains, ...functions, signingKeys, signers };
    createStackParameter(this, parameterName, parts);
    const alarms = createMonitoring(this, {
      places,
      distribution,
      isOwn: config.base === undefined,
      features: featuresOf(config.stack),
      renderFunctionName: originResponse.function.functionName,
      refresh,
      alarmEmail,
      alarmTopics: [this.#props.alarmTopic ?? []].flat(),
    });
    createOutputs(this, parts);
    this.#attachment = { distribution, refresh, alarms };
  }
}

const unattached = ({ base }: Config): string =>
  `With base: '${base}' it has no distribution of its own. Add it to one: images.addTo(distribution, '${base}/*').`;
