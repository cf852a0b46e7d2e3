import { type CfnResource, Stack, type aws_lambda as lambda } from 'aws-cdk-lib';
import { LAMBDA_EDGE } from '../edge/limits';
import { zippedBytes } from '../local/deployment/package-size';

interface Properties {
  Architectures?: string[];
  Timeout?: number;
  MemorySize?: number;
  Runtime?: string;
  EphemeralStorage?: { Size: number };
  Environment?: unknown;
  Layers?: unknown;
  VpcConfig?: unknown;
  DeadLetterConfig?: unknown;
  TracingConfig?: { Mode: string };
}

/**
 * Refuses at synth what AWS would refuse of a Lambda@Edge function only while deploying, whatever aspect or escape
 * hatch set it. DG: lambda-at-edge-function-restrictions, cloudfront-limits.
 * @param asset folder with the function's code
 */
export function checkEdgeFunction(definition: lambda.Function, asset: string): void {
  const bytes = zippedBytes(asset, LAMBDA_EDGE.packageBytes);
  definition.node.addValidation({
    validate: () => [...errorsOf(renderedProperties(definition)), ...sizeErrors(bytes)],
  });
}

/** The CDK's own, and the only way to what raw overrides come to. */
const RENDER = '_toCloudFormation';

/** As they will stand in the template, raw overrides included. */
function renderedProperties(definition: lambda.Function): Properties {
  const resource = definition.node.defaultChild as CfnResource & Record<typeof RENDER, () => unknown>;
  const { Resources } = Stack.of(definition).resolve(resource[RENDER]()) as {
    Resources: Record<string, { Properties: Properties }>;
  };
  return Object.values(Resources)[0]!.Properties;
}

function errorsOf(properties: Properties): string[] {
  const { Architectures = ['x86_64'], Timeout = 3, MemorySize = 128, Runtime, EphemeralStorage } = properties;
  const wrong: [is: boolean, sentence: string][] = [
    [
      Architectures.some((architecture) => architecture !== LAMBDA_EDGE.architecture),
      `Lambda@Edge runs on ${LAMBDA_EDGE.architecture} only, not on ${Architectures.join()}.`,
    ],
    [
      Timeout > LAMBDA_EDGE.timeoutSeconds,
      `Lambda@Edge allows ${LAMBDA_EDGE.timeoutSeconds} s at origin events, not ${Timeout}. Lower the timeout.`,
    ],
    [
      MemorySize > LAMBDA_EDGE.maxMemoryMb,
      `Lambda@Edge allows ${LAMBDA_EDGE.maxMemoryMb} MB of memory, not ${MemorySize}.`,
    ],
    [
      !(LAMBDA_EDGE.runtimes as readonly unknown[]).includes(Runtime),
      `Lambda@Edge takes ${LAMBDA_EDGE.runtimes.join(' or ')}, not ${Runtime}.`,
    ],
    [
      (EphemeralStorage?.Size ?? 0) > LAMBDA_EDGE.ephemeralStorageMb,
      `Lambda@Edge allows ${LAMBDA_EDGE.ephemeralStorageMb} MB of /tmp, not ${EphemeralStorage?.Size}.`,
    ],
    [properties.Environment !== undefined, 'Lambda@Edge has no environment variables.'],
    [properties.Layers !== undefined, 'Lambda@Edge has no layers.'],
    [properties.VpcConfig !== undefined, 'Lambda@Edge runs in no VPC.'],
    [properties.DeadLetterConfig !== undefined, 'Lambda@Edge has no dead-letter queue.'],
    [properties.TracingConfig?.Mode === 'Active', 'Lambda@Edge has no X-Ray tracing.'],
  ];
  return wrong.filter(([is]) => is).map(([, sentence]) => sentence);
}

const sizeErrors = (bytes: number): string[] =>
  bytes > LAMBDA_EDGE.packageBytes
    ? [`The function's package is ${bytes} bytes zipped; Lambda@Edge allows ${LAMBDA_EDGE.packageBytes}.`]
    : [];
