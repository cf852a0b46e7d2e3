import { LAMBDA_EDGE } from '../../edge/limits';
import { behaviorsOf } from './check-delivery';
import type { Deployment, LambdaDefinition } from './deployment';
import { DeploymentError } from './error';
import type { LambdaProperties } from './functions';
import { zippedBytes } from './package-size';
import type { Entry } from './stacks';

interface Lambda {
  definition: LambdaDefinition;
  entry: Entry;
}

/**
 * What AWS refuses of functions at CloudFront's events only while deploying.
 * DG: lambda-at-edge-function-restrictions, cloudfront-limits.
 * @throws DeploymentError
 */
export function checkEdgeFunctions({ distributions, roles }: Deployment, lambdas: Lambda[]): void {
  for (const distribution of distributions) {
    const associations = behaviorsOf(distribution).flatMap((behavior) => behavior.LambdaFunctionAssociations ?? []);
    for (const { LambdaFunctionARN: arn } of associations) {
      const lambda = lambdas.find(({ definition }) => definition.versions.some((version) => version.arn === arn));
      if (!lambda) {
        throw new DeploymentError(
          `${distribution.stack}/${distribution.logicalId}: ${arn} is no numbered version of a function; Lambda@Edge takes no $LATEST and no alias`,
        );
      }
      checkPlace(lambda);
      checkSize(lambda);
      checkFeatures(lambda);
      checkTrust(lambda, roles);
    }
  }
}

function checkPlace({ definition, entry }: Lambda): void {
  const { region, architecture, runtime } = definition;
  if (region !== LAMBDA_EDGE.region) {
    throw entry.error(`an edge function has to be in ${LAMBDA_EDGE.region}, this one is in ${region}`);
  }
  if (architecture !== LAMBDA_EDGE.architecture) {
    throw entry.error(`an edge function runs on ${LAMBDA_EDGE.architecture} only, not on ${architecture}`);
  }
  if (!(LAMBDA_EDGE.runtimes as readonly string[]).includes(runtime)) {
    throw entry.error(`the runtime is ${runtime}, expected ${LAMBDA_EDGE.runtimes.join(' or ')} at the edge`);
  }
}

function checkSize({ definition, entry }: Lambda): void {
  const { timeoutSeconds, memoryMb, assetDirectory } = definition;
  if (timeoutSeconds > LAMBDA_EDGE.timeoutSeconds) {
    throw entry.error(`the timeout is ${timeoutSeconds} s, an edge function has at most ${LAMBDA_EDGE.timeoutSeconds}`);
  }
  if (memoryMb > LAMBDA_EDGE.maxMemoryMb) {
    throw entry.error(`the memory is ${memoryMb} MB, an edge function has at most ${LAMBDA_EDGE.maxMemoryMb}`);
  }
  const { EphemeralStorage } = entry.properties() as LambdaProperties;
  if (EphemeralStorage && EphemeralStorage.Size > LAMBDA_EDGE.ephemeralStorageMb) {
    throw entry.error(
      `/tmp is ${EphemeralStorage.Size} MB, an edge function has at most ${LAMBDA_EDGE.ephemeralStorageMb}`,
    );
  }
  const bytes = zippedBytes(assetDirectory, LAMBDA_EDGE.packageBytes);
  if (bytes > LAMBDA_EDGE.packageBytes) {
    throw entry.error(`the package is ${bytes} bytes zipped, an edge function has at most ${LAMBDA_EDGE.packageBytes}`);
  }
}

function checkFeatures({ definition, entry }: Lambda): void {
  const properties = entry.properties() as LambdaProperties;
  const refused: [isUsed: boolean, feature: string][] = [
    [Object.keys(definition.environment).length > 0, 'environment variables'],
    [(properties.Layers ?? []).length > 0, 'layers'],
    [(properties.VpcConfig?.SubnetIds ?? []).length > 0, 'VPC'],
    [properties.TracingConfig?.Mode === 'Active', 'X-Ray tracing'],
    [properties.DeadLetterConfig !== undefined, 'dead-letter queue'],
    [properties.KmsKeyArn !== undefined, 'key of its own for its environment'],
    [properties.PackageType === 'Image', 'container image'],
  ];
  for (const [isUsed, feature] of refused) {
    if (isUsed) throw entry.error(`an edge function has no ${feature}`);
  }
}

function checkTrust({ definition, entry }: Lambda, roles: Deployment['roles']): void {
  const role = roles.find(({ arn }) => arn === definition.roleArn);
  const missing = LAMBDA_EDGE.principals.filter((principal) => !role?.trusts.includes(principal));
  if (missing.length > 0) throw entry.error(`its role does not trust ${missing.join(' and ')}`);
}
