import type { Stack } from './assembly';

/** Types that do nothing for a request, or that are read here: nobody misses them. */
const EXPECTED = [
  /^AWS::(?:CloudFront|CloudWatch|Events|IAM|Logs|S3|SNS|SQS|SSM|PricingPlanManager)::/,
  /^AWS::Lambda::(?:Function|Version|Permission|EventSourceMapping|EventInvokeConfig)$/,
  /^AWS::WAFv2::/,
  /^AWS::CDK::Metadata$/,
  // Of the images themselves; a deploy runs them.
  /^Custom::(?:S3AutoDeleteObjects|S3BucketNotifications|NewGeneration)$/,
];

/** The parts of a template that are not run on this machine. */
export class NotRun {
  readonly #types = new Map<string, string[]>();
  readonly #lines: string[] = [];
  readonly #names = new Set<string>();

  /** Counts the resources of a stack that are of no use here. */
  addTypes({ template }: Stack): void {
    for (const [logicalId, { Type }] of Object.entries(template.Resources ?? {})) {
      if (EXPECTED.some((pattern) => pattern.test(Type))) continue;
      this.#types.set(Type, [...(this.#types.get(Type) ?? []), logicalId]);
    }
  }

  /** @param names the `Ref` and ARN of what is left out, as others call it */
  add(line: string, names: readonly string[] = []): void {
    if (!this.#lines.includes(line)) this.#lines.push(line);
    for (const name of names) this.#names.add(name);
  }

  /** Whether this `Ref` or ARN is of something that has been left out. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  lines(): string[] {
    const types = [...this.#types].map(([type, ids]) => `${type} (${ids.join(', ')})`);
    return [...types, ...this.#lines];
  }
}
