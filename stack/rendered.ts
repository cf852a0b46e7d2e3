import { type CfnResource, Stack } from 'aws-cdk-lib';

/** A method of the CDK's own, and the only way to see what raw overrides result in. */
const RENDER = '_toCloudFormation';

/** Properties of a resource as they will stand in the template, raw overrides included. */
export function renderedProperties(resource: CfnResource): unknown {
  const renderable = resource as CfnResource & Record<typeof RENDER, () => unknown>;
  const { Resources } = Stack.of(resource).resolve(renderable[RENDER]()) as {
    Resources: Record<string, { Properties: unknown }>;
  };
  return Object.values(Resources)[0]!.Properties;
}
