import { Annotations, Stack, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CACHE_TAG_HEADER } from '../edge/cache-tag';
import { ConfigError } from '../edge/config/checked';
import { featuresOf } from '../edge/config/features';
import { configurationOf, setCacheTagHeader } from './cache-tags';
import type { Delivery } from './delivery';
import { acknowledge } from './nag';
import { ORIGIN_FINDINGS } from './origin';
import { checkPlan } from './plan-rules';

/** Statuses that the functions answer with. */
const OWN_STATUSES = new Set([400, 403, 404, 415, 500, 503]);

/**
 * Adds a behaviour for images to a distribution that serves other things, too.
 * @param scope the resizer
 * @throws ConfigError for a distribution that CloudFormation could not change, or not together with the resizer
 */
export function addBehaviour(
  scope: Construct,
  delivery: Delivery,
  distribution: cloudfront.IDistribution,
  pathPattern: string,
): cloudfront.Distribution {
  const { base, stack } = delivery.props.config;
  if (base === undefined) {
    throw new ConfigError(
      `Without base, every path of a distribution is an image. Set base in the config: with base: '/img', addTo(distribution, '/img/*').`,
    );
  }
  if (pathPattern !== `${base}/*`) {
    throw new ConfigError(`The path pattern ${pathPattern} is not that of the base ${base}: give '${base}/*'.`);
  }
  checkDistribution(scope, distribution);
  const cacheTagHeader = featuresOf(stack).cacheTags ? useCacheTags(scope, distribution) : undefined;
  const children = new Set(distribution.node.children);
  const { origin, behaviour, memberBehaviour } = delivery.createBehaviours({ cacheTagHeader });
  for (const pattern of delivery.memberPatterns) distribution.addBehavior(pattern, origin, memberBehaviour);
  distribution.addBehavior(pathPattern, origin, behaviour);
  for (const added of distribution.node.children.filter((child) => !children.has(child))) {
    acknowledge(added, ORIGIN_FINDINGS);
  }
  // Otherwise the first render would make the log group, and it would never expire.
  const { logGroup } = delivery.props.originResponse;
  if (logGroup) distribution.node.addDependency(logGroup);
  warnOfErrorPages(scope, configurationOf(distribution).CustomErrorResponses ?? []);
  if (stack.plan !== undefined) checkPlan(distribution, stack.plan);
  return distribution;
}

/**
 * Makes the distribution read cache tags, unless it does so already.
 * @returns the distribution's own header, if it reads tags from another one than S3's metadata
 */
function useCacheTags(scope: Construct, distribution: cloudfront.Distribution): string | undefined {
  const header = configurationOf(distribution).CacheTagConfig?.HeaderName;
  if (header === undefined) setCacheTagHeader(distribution);
  scope.node.addValidation({
    validate: () => {
      const now = configurationOf(distribution).CacheTagConfig?.HeaderName;
      return now?.toLowerCase() === (header ?? CACHE_TAG_HEADER).toLowerCase()
        ? []
        : [
            `The distribution reads cache tags from ${now ?? 'no header'}, and read them from ${header ?? CACHE_TAG_HEADER} when addTo was called: images would not be invalidated. Set the header before you call addTo.`,
          ];
    },
  });
  return header?.toLowerCase() === CACHE_TAG_HEADER ? undefined : header;
}

function checkDistribution(
  scope: Construct,
  distribution: cloudfront.IDistribution,
): asserts distribution is cloudfront.Distribution {
  if (!(distribution instanceof cloudfront.Distribution)) {
    throw new ConfigError(
      'CloudFormation cannot change an imported distribution. Call images.behaviour(distribution) instead, and give what it returns to the owner of the distribution: docs/cookbook/existing-distribution.md.',
    );
  }
  const [own, other] = [Stack.of(scope), Stack.of(distribution)];
  if (own !== other) {
    throw new ConfigError(
      `The distribution is in the stack ${other.stackName}, the ImageResizer in ${own.stackName}. Create the ImageResizer in the stack of the distribution: a version of its function that another stack imports could never change.`,
    );
  }
}

/** Error pages, as single-page apps have them, would replace what the functions answer. */
function warnOfErrorPages(scope: Construct, responses: { ErrorCode: number; ResponsePagePath?: string }[]): void {
  const paged = responses.filter(
    ({ ErrorCode, ResponsePagePath }) => ResponsePagePath !== undefined && OWN_STATUSES.has(ErrorCode),
  );
  if (paged.length === 0) return;
  const pages = paged.map(({ ErrorCode, ResponsePagePath }) => `${ErrorCode}: ${ResponsePagePath}`).join(', ');
  Annotations.of(scope).addWarningV2(
    'cloudfront-image-resizer:errorPages',
    `The distribution has error pages (${pages}), which also replace the resizer's answers, often with status 200. Let the site rewrite its paths in a function of its own behaviour instead: docs/cookbook/existing-distribution.md.`,
  );
}
