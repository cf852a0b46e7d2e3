import {
  CLOUDFRONT_FUNCTION,
  CUSTOM_HEADERS,
  KEY_VALUE_STORE,
  LAMBDA_EDGE,
  RESPONSE_HEADERS_POLICY,
} from '../../../edge/limits';
import { importsStore } from '../functions/modules';
import type {
  CacheBehavior,
  CloudFrontFunctionDefinition,
  Deployment,
  DistributionDefinition,
  Origin,
} from './deployment';
import { errorOf } from './error';
import { behaviorsOf, hasImages, isForImages } from './images';
import { HOST_IN_KEY, UNKNOWN_POLICY } from './managed-policies';

const EVENTS_RUN_HERE = ['viewer-request', 'origin-response'];

/**
 * Refuses CloudFront Functions and distributions that synthesis accepts and AWS does not.
 * @throws DeploymentError
 */
export function checkDelivery(deployment: Deployment): void {
  const isStrict = !deployment.distributions.some(hasImages);
  const used = new Set<string>();
  for (const distribution of deployment.distributions) {
    const { Origins } = distribution.config;
    for (const origin of Origins) checkOrigin(distribution, origin, deployment);
    for (const behavior of behaviorsOf(distribution)) {
      checkAssociations(distribution, behavior);
      // Behaviors without images may refer to what is not known here.
      if (!isStrict && !isForImages(behavior, Origins)) continue;
      checkBehavior(distribution, behavior, deployment);
      for (const { FunctionARN } of behavior.FunctionAssociations ?? []) used.add(FunctionARN);
    }
  }
  for (const definition of deployment.cloudFrontFunctions) {
    checkCode(definition);
    checkStores(definition, deployment);
    if (isStrict || used.has(definition.arn)) checkRuntime(definition);
  }
}

function checkCode(definition: CloudFrontFunctionDefinition): void {
  const bytes = Buffer.byteLength(definition.code);
  if (bytes > CLOUDFRONT_FUNCTION.codeBytes) {
    throw errorOf(
      definition,
      `the code is ${bytes} bytes, a CloudFront Function has at most ${CLOUDFRONT_FUNCTION.codeBytes}`,
    );
  }
}

function checkStores(definition: CloudFrontFunctionDefinition, { keyValueStores }: Deployment): void {
  const { stores, code } = definition;
  if (stores.length > KEY_VALUE_STORE.perFunction) {
    throw errorOf(
      definition,
      `it has ${stores.length} KeyValueStores, at most ${KEY_VALUE_STORE.perFunction} is allowed`,
    );
  }
  const missing = stores.find((store) => !keyValueStores.some(({ arn }) => arn === store));
  if (missing !== undefined) throw errorOf(definition, `there is no KeyValueStore ${missing}`);
  if (stores.length === 0 && importsStore(code))
    throw errorOf(definition, 'it reads a KeyValueStore, but none is associated');
}

function checkRuntime(definition: CloudFrontFunctionDefinition): void {
  if (definition.runtime !== CLOUDFRONT_FUNCTION.runtime) {
    throw errorOf(definition, `the runtime is ${definition.runtime}, expected ${CLOUDFRONT_FUNCTION.runtime}`);
  }
}

function checkOrigin(distribution: DistributionDefinition, origin: Origin, { originAccessControls }: Deployment): void {
  const { OriginAccessControlId: control, OriginCustomHeaders: headers = [] } = origin;
  if (control !== undefined && !originAccessControls.has(control)) {
    throw errorOf(distribution, `there is no origin access control ${control}`);
  }
  if (headers.length > CUSTOM_HEADERS.count) {
    throw errorOf(
      distribution,
      `the origin has ${headers.length} custom headers, at most ${CUSTOM_HEADERS.count} are allowed`,
    );
  }
  let total = 0;
  for (const { HeaderName, HeaderValue } of headers) {
    total += HeaderName.length + HeaderValue.length;
    if (CUSTOM_HEADERS.forbiddenPrefixes.some((prefix) => HeaderName.toLowerCase().startsWith(prefix))) {
      throw errorOf(
        distribution,
        `the custom header ${HeaderName} may not begin with ${CUSTOM_HEADERS.forbiddenPrefixes.join(' or ')}`,
      );
    }
    if (HeaderValue.length > CUSTOM_HEADERS.valueCharacters) {
      throw errorOf(
        distribution,
        `the custom header ${HeaderName} has ${HeaderValue.length} characters, at most ${CUSTOM_HEADERS.valueCharacters} are allowed`,
      );
    }
  }
  if (total > CUSTOM_HEADERS.totalCharacters) {
    throw errorOf(
      distribution,
      `the custom headers have ${total} characters, at most ${CUSTOM_HEADERS.totalCharacters} are allowed`,
    );
  }
}

function checkAssociations(distribution: DistributionDefinition, behavior: CacheBehavior): void {
  const { FunctionAssociations: functions = [], LambdaFunctionAssociations: lambdas = [] } = behavior;
  if (!distribution.config.Origins.some(({ Id }) => Id === behavior.TargetOriginId)) {
    throw errorOf(distribution, `there is no origin ${behavior.TargetOriginId}`);
  }
  for (const { EventType } of functions) {
    if (!isOneOf(CLOUDFRONT_FUNCTION.eventTypes, EventType)) {
      throw errorOf(
        distribution,
        `no CloudFront Function runs at ${EventType}, only at ${CLOUDFRONT_FUNCTION.eventTypes.join(' and ')}`,
      );
    }
  }
  for (const { EventType } of lambdas) {
    if (!isOneOf(LAMBDA_EDGE.eventTypes, EventType)) throw errorOf(distribution, `there is no event ${EventType}`);
  }
  // DG: edge-functions-choosing.
  if (functions.length > 0 && lambdas.some(({ EventType }) => EventType.startsWith('viewer-'))) {
    throw errorOf(
      distribution,
      'a CloudFront Function and a Lambda function cannot share the viewer events of a behavior',
    );
  }
}

function checkBehavior(distribution: DistributionDefinition, behavior: CacheBehavior, deployment: Deployment): void {
  const { CachePolicyId: cachePolicy } = behavior;
  if (cachePolicy === undefined) throw errorOf(distribution, 'legacy cache settings are not modelled for images');
  if (!deployment.cachePolicies.has(cachePolicy)) {
    throw errorOf(distribution, `the cache policy ${cachePolicy} ${UNKNOWN_POLICY}`);
  }
  const origin = distribution.config.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  if (origin?.S3OriginConfig && HOST_IN_KEY.has(cachePolicy)) {
    throw errorOf(
      distribution,
      `the cache policy ${deployment.cachePolicies.get(cachePolicy)!.Name} forwards the viewer's Host, by which S3 finds no bucket`,
    );
  }
  if (behavior.ResponseHeadersPolicyId !== undefined) {
    checkHeadersPolicy(distribution, behavior.ResponseHeadersPolicyId, deployment);
  }
  const { FunctionAssociations: functions = [], LambdaFunctionAssociations: lambdas = [] } = behavior;
  const notRun = [...functions, ...lambdas].find(({ EventType }) => !EVENTS_RUN_HERE.includes(EventType));
  if (notRun && isForImages(behavior, distribution.config.Origins)) {
    throw errorOf(
      distribution,
      `a function at ${notRun.EventType} is not run here, only at ${EVENTS_RUN_HERE.join(' and ')}`,
    );
  }
  for (const { FunctionARN } of functions) {
    if (!deployment.cloudFrontFunctions.some(({ arn }) => arn === FunctionARN)) {
      throw errorOf(distribution, `there is no CloudFront Function ${FunctionARN}`);
    }
  }
}

function checkHeadersPolicy(
  distribution: DistributionDefinition,
  id: string,
  { responseHeadersPolicies }: Deployment,
): void {
  const policy = responseHeadersPolicies.get(id);
  if (!policy) throw errorOf(distribution, `the response headers policy ${id} ${UNKNOWN_POLICY}`);
  const count = policy.CustomHeadersConfig?.Items.length ?? 0;
  if (count > RESPONSE_HEADERS_POLICY.customHeaders) {
    throw errorOf(
      distribution,
      `the response headers policy has ${count} custom headers, at most ${RESPONSE_HEADERS_POLICY.customHeaders} are allowed`,
    );
  }
}

const isOneOf = (list: readonly string[], value: string): boolean => list.includes(value);
