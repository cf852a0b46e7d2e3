import { App, Stack, type aws_lambda as lambda } from 'aws-cdk-lib';
import { ImageResizer } from '../../stack/image-resizer';

/** What Lambda@Edge does not have, and what is said of it, by the property of the function. */
export const PROPERTIES: Record<string, [value: unknown, sentence: RegExp]> = {
  Architectures: [['arm64'], /runs on x86_64 only, not on arm64/],
  Timeout: [31, /allows 30 s at origin events, not 31/],
  MemorySize: [10_241, /allows 10240 MB of memory, not 10241/],
  Runtime: ['nodejs24.x', /takes nodejs22.x, not nodejs24.x/],
  EphemeralStorage: [{ Size: 1_024 }, /allows 512 MB of \/tmp, not 1024/],
  Environment: [{ Variables: { A: 'b' } }, /no environment variables/],
  Layers: [['arn:aws:lambda:us-east-1:1:layer:a:1'], /no layers/],
  VpcConfig: [{ SubnetIds: ['s'] }, /in no VPC/],
  DeadLetterConfig: [{ TargetArn: 'arn' }, /no dead-letter queue/],
  TracingConfig: [{ Mode: 'Active' }, /no X-Ray/],
};

/** Checks that synthesis refuses it. @param name one of PROPERTIES */
export function expectRefused(name: string): void {
  const [value, sentence] = PROPERTIES[name]!;
  const app = new App();
  const stack = new Stack(app, 'Website', { env: { region: 'us-east-1' } });
  const resizer = new ImageResizer(stack, 'Images', { stack: {} });
  const edge = resizer.node.findChild('OriginResponse').node.findChild('Function') as lambda.Function;
  (edge.node.defaultChild as lambda.CfnFunction).addPropertyOverride(name, value);
  expect(() => app.synth()).toThrow(sentence);
}
