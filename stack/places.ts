/** The buckets and regions of a resizer, and the names by which its stacks refer to each other. */
import { Aws, NestedStack, Stack, Stage, Token, aws_s3 as s3 } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import { LAMBDA_EDGE, ORIGIN_SHIELD, S3_API } from '../edge/limits';
import { featuresOf } from '../edge/config/features';
import type { StackConfig } from '../edge/config/stack-schema';
import { type Originals, allowCloudFrontToRead, createOriginals, createVariants, importOriginals } from './buckets';
import { checkName, distributionArn, nameOf, pathInStack } from './names';

/** Regions of the parts that are not in us-east-1, where CloudFront and its functions are managed. */
interface Regions {
  originals: string;
  variants: string;
  /**
   * Of the Origin Shield beside which CloudFront runs the rendering function, and so of its log and metrics. Without one,
   * it runs in each region that has a regional edge cache.
   */
  renders: string | undefined;
}

/**
 * The buckets of a resizer, and a stack for each region that it uses. If everything is in us-east-1, one stack holds it and
 * CloudFormation chooses the names. Otherwise names are fixed, so that no stack has to import anything from another.
 */
export class Places {
  readonly regions: Regions;
  /** For constructs of the resizer's own stack. */
  readonly originals: Originals;
  /** For constructs of the resizer's own stack. */
  readonly variants: s3.IBucket;
  /** For constructs of the stack in the originals' region. */
  readonly regionalOriginals: Originals;
  /** For constructs of the stack in the originals' region. */
  readonly regionalVariants: s3.IBucket;
  readonly #scope: Construct;
  readonly #supportStacks = new Map<string, Stack>();

  /**
   * @param scope the resizer
   * @throws ConfigError for a stack that cannot hold a resizer, and for settings that AWS would refuse while deploying
   */
  constructor(scope: Construct, settings: StackConfig) {
    checkStack(scope);
    const { region, originals: existing } = settings;
    this.#scope = scope;
    this.regions = {
      originals: existing?.region ?? region,
      variants: region,
      renders: featuresOf(settings).originShield ? originShieldRegion(region) : undefined,
    };
    const names = this.#bucketNames();
    if (existing) checkOriginals(existing, this.regions.originals);
    this.regionalOriginals = existing
      ? importOriginals(scope, this.regions.originals, existing)
      : createOriginals(this.scopeIn(this.regions.originals), names?.originals);
    const variants = createVariants(this.scopeIn(region), names?.variants, settings);
    if (existing) checkApart(existing.bucket, variants, names?.variants);
    // The bucket is deployed before its distribution, so it admits all of the account.
    if (names) allowCloudFrontToRead(variants, { ArnLike: { 'AWS:SourceArn': distributionArn(variants, '*') } });
    const { bucket } = this.regionalOriginals;
    this.originals = {
      ...this.regionalOriginals,
      bucket: bucketByName(scope, 'OriginalsByName', bucket, names?.originals),
    };
    this.variants = bucketByName(scope, 'VariantsByName', variants, names?.variants);
    const regionalScope = this.scopeIn(this.regions.originals);
    this.regionalVariants = bucketByName(regionalScope, 'RefreshedVariants', variants, names?.variants);
  }

  /** Whether something is outside of us-east-1, in a stack of its own. */
  get isMultiRegion(): boolean {
    return Object.values(this.regions).some((region) => region !== undefined && region !== LAMBDA_EDGE.region);
  }

  /** All stacks of the resizer, its own first. */
  get stacks(): Stack[] {
    return [Stack.of(this.#scope), ...this.#supportStacks.values()];
  }

  /** The fixed name of something that another stack refers to; undefined if CloudFormation chooses it. */
  nameOf(part: string): string | undefined {
    return this.isMultiRegion ? `${nameOf(this.#scope)}-${part}` : undefined;
  }

  /** Scope of constructs in a region: the resizer itself in us-east-1, elsewhere a stack beside its own. */
  scopeIn(region: string): Construct {
    if (region === LAMBDA_EDGE.region) return this.#scope;
    const found = this.#supportStacks.get(region);
    if (found) return found;
    const main = Stack.of(this.#scope);
    const stack = new Stack(Stage.of(this.#scope), [main.node.id, ...pathInStack(this.#scope), region].join('-'), {
      stackName: `${nameOf(this.#scope)}-${region}`,
      env: { account: main.account, region },
      description: `What the stack ${main.stackName} needs in ${region}`,
      terminationProtection: main.terminationProtection ?? false,
      tags: main.tags.tagValues(),
    });
    // Deployed before the main stack, which needs the buckets; destroyed after it, when no request stores any more.
    main.addStackDependency(stack);
    this.#supportStacks.set(region, stack);
    return stack;
  }

  /** Contain the account, since bucket names are unique in the world. */
  #bucketNames(): { originals: string; variants: string } | undefined {
    if (!this.isMultiRegion) return undefined;
    const resizer = nameOf(this.#scope);
    const name = (purpose: 'originals' | 'variants', account: string) =>
      `${resizer.toLowerCase()}-${purpose}-${account}-${this.regions[purpose]}`;
    checkName(resizer, 'bucket', name('originals', '123456789012'), 'S3', S3_API.bucketNameCharacters);
    return { originals: name('originals', Aws.ACCOUNT_ID), variants: name('variants', Aws.ACCOUNT_ID) };
  }
}

function checkStack(resizer: Construct): void {
  const stack = Stack.of(resizer);
  if (NestedStack.isNestedStack(stack)) {
    throw new ConfigError(
      'An ImageResizer cannot be in a nested stack, since the stacks of other regions refer to it by name.',
    );
  }
  if (Token.isUnresolved(stack.region) || stack.region !== LAMBDA_EDGE.region) {
    const fault = Token.isUnresolved(stack.region) ? 'has no region' : `is in ${stack.region}`;
    throw new ConfigError(
      `The stack of an ImageResizer ${fault}; CloudFront takes functions from ${LAMBDA_EDGE.region} only. Give the stack env: { region: '${LAMBDA_EDGE.region}' }, and the setting stack.region to where the buckets are to be.`,
    );
  }
  const name = nameOf(resizer).toLowerCase();
  const namesake = stack.node
    .findAll()
    .find(
      (each) => each !== resizer && each.constructor === resizer.constructor && nameOf(each).toLowerCase() === name,
    );
  if (namesake) {
    throw new ConfigError(
      `${namesake.node.path} and ${resizer.node.path} would have the same names. Give one of them another id.`,
    );
  }
}

/** The Origin Shield of a region: its own, or the nearest. */
function originShieldRegion(region: string): string {
  const isShield = (ORIGIN_SHIELD.regions as readonly string[]).includes(region);
  return isShield ? region : ORIGIN_SHIELD.nearest[region]!;
}

function checkOriginals({ kmsKeyArn }: NonNullable<StackConfig['originals']>, region: string): void {
  if (RegionInfo.get(region).partition !== 'aws') {
    throw new ConfigError(
      `stack.originals.region: ${JSON.stringify(region)}, expected a region of AWS, such as eu-west-1`,
    );
  }
  if (!kmsKeyArn || Token.isUnresolved(kmsKeyArn)) return;
  const keyRegion = kmsKeyArn.split(':')[3]!;
  if (keyRegion !== region) {
    throw new ConfigError(
      `stack.originals.kmsKeyArn: the key is in ${keyRegion}, expected one in ${region}, where the bucket is`,
    );
  }
}

/** Refuses the bucket of variants as the bucket of originals, recognised by the name that it gets or got. */
function checkApart(originals: string, variants: s3.Bucket, variantsName: string | undefined): void {
  const stack = Stack.of(variants);
  const logicalId = stack.getLogicalId(variants.node.defaultChild as s3.CfnBucket);
  const [start, end] = variantsName
    ? variantsName.split(Aws.ACCOUNT_ID)
    : [`${stack.stackName}-${logicalId}-`.toLowerCase(), ''];
  if (originals.startsWith(start!) && originals.endsWith(end!)) {
    throw new ConfigError(`${originals} is the bucket of the variants. Keep originals in a bucket of their own.`);
  }
}

/** A bucket as constructs of another stack refer to it: by its fixed name. */
function bucketByName(scope: Construct, id: string, bucket: s3.IBucket, bucketName: string | undefined): s3.IBucket {
  if (!bucketName || Stack.of(scope) === Stack.of(bucket)) return bucket;
  return s3.Bucket.fromBucketAttributes(scope, id, { bucketName, region: bucket.env.region });
}
