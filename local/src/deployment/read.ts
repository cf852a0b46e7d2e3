import { checkAssets } from './check-assets';
import { checkDelivery } from './check-delivery';
import { checkEdgeFunctions } from './check-edge-functions';
import { checkMessaging } from './check-messaging';
import { readDelivery } from './delivery';
import type { Deployment } from './deployment';
import { readCloudFrontFunctions, readLambdas } from './functions';
import { readEventSourceMappings, readQueues, readRules } from './messaging';
import { ACCOUNT } from './names';
import { readParameters } from './parameters';
import { readRoles } from './roles';
import { Stacks } from './stacks';
import { readBuckets, readNotifications } from './storage';

/**
 * Reads from a CDK cloud assembly (`cdk.out`) what `cdk deploy` would create.
 * @throws DeploymentError for what is not modelled here, and for what AWS would refuse while deploying
 */
export function readDeployment(cdkOut: string): Deployment {
  const stacks = new Stacks(cdkOut);
  const lambdas = readLambdas(stacks);
  const functions = lambdas.map(({ definition }) => definition);
  const deployment: Deployment = {
    account: ACCOUNT,
    buckets: readBuckets(stacks),
    ...readNotifications(stacks),
    roles: readRoles(stacks, new Set(functions.map(({ roleArn }) => roleArn))),
    functions,
    cloudFrontFunctions: readCloudFrontFunctions(stacks),
    ...readDelivery(stacks),
    queues: readQueues(stacks),
    eventSourceMappings: readEventSourceMappings(stacks),
    rules: readRules(stacks),
    parameters: readParameters(stacks),
    outputs: stacks.outputs(),
  };
  checkAssets(stacks.assetFolders());
  checkDelivery(deployment);
  checkEdgeFunctions(deployment, lambdas);
  checkMessaging(deployment);
  return deployment;
}
