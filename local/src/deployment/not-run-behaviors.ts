import type { CacheBehavior, Deployment, DistributionDefinition } from './deployment';
import { behaviorsOf, hasImages, isForImages } from './images';

/** What a behavior has that is not run here, a line each. */
export function notRunIn(behavior: CacheBehavior & { PathPattern?: string }, deployment: Deployment): string[] {
  const { functions, cloudFrontFunctions, cachePolicies, responseHeadersPolicies } = deployment;
  const {
    FunctionAssociations = [],
    LambdaFunctionAssociations = [],
    CachePolicyId,
    ResponseHeadersPolicyId,
  } = behavior;
  const isKnown = (arn: string) => functions.some(({ versions }) => versions.some((version) => version.arn === arn));
  return [
    ...unknownKeyGroups(behavior, deployment),
    ...FunctionAssociations.filter(
      ({ EventType, FunctionARN }) =>
        EventType !== 'viewer-request' || !cloudFrontFunctions.some(({ arn }) => arn === FunctionARN),
    ).map(({ EventType, FunctionARN }) => `the function at ${EventType} is not run here (${FunctionARN})`),
    ...LambdaFunctionAssociations.filter(
      ({ EventType, LambdaFunctionARN }) => EventType !== 'origin-response' || !isKnown(LambdaFunctionARN),
    ).map(({ EventType, LambdaFunctionARN }) => `the function at ${EventType} is not run here (${LambdaFunctionARN})`),
    ...(CachePolicyId !== undefined && cachePolicies.has(CachePolicyId)
      ? []
      : [`the cache policy ${CachePolicyId ?? 'of legacy settings'} is not known here, so nothing is cached`]),
    ...(ResponseHeadersPolicyId === undefined || responseHeadersPolicies.has(ResponseHeadersPolicyId)
      ? []
      : [`the response headers policy ${ResponseHeadersPolicyId} is not known here`]),
  ];
}

/** Groups of another template: nobody knows here what their keys have signed. */
const unknownKeyGroups = ({ TrustedKeyGroups = [] }: CacheBehavior, { keyGroups }: Deployment): string[] =>
  TrustedKeyGroups.filter((id) => !keyGroups.has(id)).map(
    (id) => `the key group ${id} is in no stack, so what its keys have signed is refused`,
  );

const linesOf = (distribution: DistributionDefinition, deployment: Deployment): string[] =>
  behaviorsOf(distribution)
    .filter((behavior) => !isForImages(behavior, distribution.config.Origins))
    .flatMap((behavior) =>
      notRunIn(behavior, deployment).map(
        (line) => `${distribution.stack}/${distribution.logicalId}, ${behavior.PathPattern ?? 'default'}: ${line}`,
      ),
    );

/** Behaviors and functions beside those of images that are not run here, a line each; none without images. */
export function notRunOf(deployment: Deployment): string[] {
  const { distributions, functions, eventSourceMappings } = deployment;
  if (!distributions.some(hasImages)) return [];
  const associated = new Set(
    distributions
      .flatMap(behaviorsOf)
      .flatMap(({ LambdaFunctionAssociations = [] }) =>
        LambdaFunctionAssociations.map((each) => each.LambdaFunctionARN),
      ),
  );
  const isRun = ({ arn, versions }: (typeof functions)[number]) =>
    eventSourceMappings.some(({ functionArn }) => functionArn === arn) ||
    versions.some((version) => associated.has(version.arn));
  return [
    ...distributions.flatMap((each) =>
      hasImages(each) ? linesOf(each, deployment) : [`${each.stack}/${each.logicalId}: it serves no images`],
    ),
    ...functions
      .filter((each) => !isRun(each))
      .map(({ stack, logicalId }) => `${stack}/${logicalId}: no queue and no behavior leads to this function`),
  ];
}
