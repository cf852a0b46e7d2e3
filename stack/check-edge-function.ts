import { type CfnResource, Stack, type aws_lambda as lambda } from 'aws-cdk-lib';
import { type EdgeFunctionProperties, brokenRules, oversize } from '../edge/edge-function-rules';

/**
 * Refuses at synth what AWS would refuse of a Lambda@Edge function only while deploying, whatever aspect or escape
 * hatch set it.
 * @param asset folder with the function's code
 */
export function checkEdgeFunction(definition: lambda.Function, asset: string): void {
  const tooLarge = oversize(asset);
  definition.node.addValidation({
    validate: () => [...brokenRules(renderedProperties(definition)), ...(tooLarge ? [tooLarge] : [])],
  });
}

/** The CDK's own, and the only way to what raw overrides come to. */
const RENDER = '_toCloudFormation';

/** As they will stand in the template, raw overrides included. */
function renderedProperties(definition: lambda.Function): EdgeFunctionProperties {
  const resource = definition.node.defaultChild as CfnResource & Record<typeof RENDER, () => unknown>;
  const { Resources } = Stack.of(definition).resolve(resource[RENDER]()) as {
    Resources: Record<string, { Properties: EdgeFunctionProperties }>;
  };
  return Object.values(Resources)[0]!.Properties;
}
