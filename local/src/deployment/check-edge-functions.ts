import { brokenRules, oversize } from '../../../edge/edge-function-rules';
import { LAMBDA_EDGE } from '../../../edge/limits';
import type { Deployment, LambdaDefinition } from './deployment';
import { errorOf } from './error';
import { behaviorsOf, hasImages, isForImages } from './images';
import type { Entry } from './stacks';

interface Lambda {
  definition: LambdaDefinition;
  entry: Entry;
}

/**
 * Refuses edge functions that synthesis accepts and AWS does not. DG: lambda-edge-permissions, and the pages named in
 * `edge-function-rules.ts`.
 * @throws DeploymentError
 */
export function checkEdgeFunctions({ distributions, roles }: Deployment, lambdas: Lambda[]): void {
  const isStrict = !distributions.some(hasImages);
  for (const distribution of distributions) {
    const { Origins } = distribution.config;
    const associations = behaviorsOf(distribution)
      .filter((behavior) => isStrict || isForImages(behavior, Origins))
      .flatMap((behavior) => behavior.LambdaFunctionAssociations ?? []);
    for (const { LambdaFunctionARN: arn } of associations) {
      const lambda = lambdas.find(({ definition }) => definition.versions.some((version) => version.arn === arn));
      if (!lambda) {
        throw errorOf(
          distribution,
          `${arn} is not a numbered version of a function; Lambda@Edge takes no $LATEST and no alias`,
        );
      }
      checkProperties(lambda);
      checkTrust(lambda, roles);
    }
  }
}

function checkProperties({ definition, entry }: Lambda): void {
  if (definition.region !== LAMBDA_EDGE.region) {
    throw entry.error(`an edge function has to be in ${LAMBDA_EDGE.region}, this one is in ${definition.region}`);
  }
  const broken = brokenRules(entry.properties())[0] ?? oversize(definition.assetDirectory);
  if (broken) throw entry.error(broken);
}

function checkTrust({ definition, entry }: Lambda, roles: Deployment['roles']): void {
  const role = roles.find(({ arn }) => arn === definition.roleArn);
  const missing = LAMBDA_EDGE.principals.filter((principal) => !role?.trusts.includes(principal));
  if (missing.length > 0) throw entry.error(`its role does not trust ${missing.join(' and ')}`);
}
