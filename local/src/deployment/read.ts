import { checkAssets } from './check-assets';
import { checkDelivery } from './check-delivery';
import { checkEdgeFunctions } from './check-edge-functions';
import { checkMessaging } from './check-messaging';
import { checkPlans } from './check-plans';
import { readDelivery, readSubscriptions } from './delivery';
import type { Deployment } from './deployment';
import { readCloudFrontFunctions, readKeyValueStores, readLambdas } from './functions';
import { readEventSourceMappings, readQueues, readRules } from './messaging';
import { ACCOUNT } from './names';
import { notRunBeside } from './not-run';
import { readRoles } from './roles';
import { Stacks, identityOf } from './stacks';
import { readBuckets, readNotifications } from './buckets';

/**
 * Reads from a CDK cloud assembly (`cdk.out`) what `cdk deploy` would create.
 * @throws DeploymentError for what is not modelled here, and for what AWS refuses while deploying
 */
export function readDeployment(cdkOut: string): Deployment {
  const stacks = new Stacks(cdkOut);
  const lambdas = readLambdas(stacks);
  const all = lambdas.map(({ definition }) => definition);
  const roles = readRoles(stacks, new Set(all.map(({ roleArn }) => roleArn)));
  const functions = all.filter(({ roleArn, arn, stack, logicalId }) => {
    if (roles.some((role) => role.arn === roleArn)) return true;
    stacks.notRun.add(`${stack}/${logicalId}: its role is not known here`, [arn]);
    return false;
  });
  const delivery = readDelivery(stacks);
  // Before what refers to them, so that it can be left out with them.
  const queues = readQueues(stacks);
  const deployment: Deployment = {
    account: ACCOUNT,
    buckets: readBuckets(stacks),
    ...readNotifications(stacks),
    roles,
    functions,
    cloudFrontFunctions: readCloudFrontFunctions(stacks),
    keyValueStores: readKeyValueStores(stacks),
    ...delivery,
    queues,
    eventSourceMappings: readEventSourceMappings(stacks),
    rules: readRules(stacks),
    parameters: stacks.read('AWS::SSM::Parameter', (entry) => ({
      ...identityOf(entry),
      name: entry.ref,
      arn: entry.attribute('Arn'),
      value: (entry.properties() as { Value: string }).Value,
    })),
    logGroups: stacks.read('AWS::Logs::LogGroup', (entry) => ({ ...identityOf(entry), name: entry.ref })),
    outputs: stacks.outputs(),
    subscriptions: readSubscriptions(stacks),
    notRun: [],
  };
  checkAssets(stacks.codeFolders());
  checkDelivery(deployment);
  checkEdgeFunctions(deployment, lambdas);
  checkMessaging(deployment);
  checkPlans(deployment);
  return { ...deployment, notRun: [...stacks.notRun.lines(), ...notRunBeside(deployment)] };
}
