/** The schema of the section `stack` of `resizer.config.ts`: settings of the deployment. */
import { z } from 'zod';
import { CLOUDWATCH_LOGS, LAMBDA_EDGE, ORIGIN_SHIELD, S3_KEY_BYTES, WAF } from '../limits';
import { PLAN_NAMES, isLower, lowestPlanWith, planHas } from './features';
import { listOf } from './list-of';

/** The function, its render process and what is kept free take 250 MB before there is a picture. */
const MIN_MEMORY_MB = 384;

/**
 * Text that matches a pattern. A CDK token is not checked: it takes the place of what an app knows only at deploy time,
 * like the name of a bucket of its own. https://docs.aws.amazon.com/cdk/v2/guide/tokens.html
 */
const text = (pattern: RegExp, message: string) =>
  z.string().refine((value) => value.includes('${Token[') || pattern.test(value), message);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, without dots, which break TLS. */
const bucketName = text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'expected the name of a bucket: lower case, without dots');

const regions = [...ORIGIN_SHIELD.regions, ...Object.keys(ORIGIN_SHIELD.nearest)].sort();

const domainName = z
  .string()
  .regex(
    /^(?!.*\.cloudfront\.net$)(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/,
    'expected a domain name of your own in lower case, such as images.example.com',
  );

/** The first of these domain names that is not in a hosted zone; undefined if all are. */
export const nameOutside = (zone: string, names: string[]): string | undefined =>
  names.find((name) => name !== zone && !name.endsWith(`.${zone}`));

export const STACK_DEFAULTS = { name: 'ImageResizer', priceClass: 'all', accessLogs: false, subscribe: false } as const;

/** `npm run docs:settings` makes the table of settings in docs/deploy.md of these descriptions. */
export const stackSchema = z
  .strictObject({
    name: z
      .string()
      // Systems Manager keeps the parameters that begin with aws or ssm, in any case, to itself.
      .regex(
        /^(?!aws|ssm)[a-z][a-z0-9-]{0,23}$/i,
        'expected up to 24 letters, digits and -, beginning with a letter, and not with aws or ssm',
      )
      .default(STACK_DEFAULTS.name)
      .describe('Name of the CloudFormation stack. Stacks in other regions have the region after it.'),
    region: z
      .enum(regions)
      .default(LAMBDA_EDGE.region)
      .describe(
        'Region of the buckets, any commercial one. Renders run there, or in the nearest region that has an Origin Shield.',
      ),
    originals: z
      .strictObject({
        bucket: bucketName.describe(
          'An existing bucket of originals, which is only read. Without `originals`, the stack creates one.',
        ),
        region: z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, such as eu-west-1')
          .optional()
          .describe('Region of that bucket. Without it, `region`.'),
        prefix: z
          .string()
          // It stands in policies and in a header, neither of which takes all of Unicode.
          .regex(
            /^(?! )(((?![/*?${}])[ -~])+\/)+$/,
            'expected folders in ASCII that end in a slash, such as public/images/, without * ? $ { }',
          )
          // Room for keys below it, and for itself in a header.
          .max(S3_KEY_BYTES / 2)
          .optional()
          .describe('Folder of the originals in the bucket, such as `public/images/`. Nothing else in it can be read.'),
        kmsKeyArn: text(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9A-Za-z-]+$/, 'expected the ARN of a key of KMS')
          .optional()
          .describe('ARN of the KMS key that the bucket is encrypted with, if the key is your own.'),
      })
      .optional(),
    domains: z
      .strictObject({
        names: listOf(domainName).describe('Domain names of your own, such as `images.example.com`.'),
        certificateArn: z
          .string()
          .regex(
            new RegExp(`^arn:aws:acm:${LAMBDA_EDGE.region}:\\d{12}:certificate/[0-9a-f-]+$`),
            `expected the ARN of a certificate in ${LAMBDA_EDGE.region}; request one there for CloudFront to use`,
          )
          .describe(`ARN of a certificate for all these names, from Certificate Manager in ${LAMBDA_EDGE.region}.`),
        hostedZone: z
          .strictObject({
            id: z
              .string()
              .regex(/^Z[A-Z0-9]+$/, 'expected an id such as Z0123456789ABC')
              .describe('Id of the Route 53 zone that gets the records. Without `hostedZone`, you make them yourself.'),
            name: domainName.describe('Name of that zone, such as `example.com`.'),
          })
          .optional(),
      })
      .optional(),
    webAclArn: text(
      new RegExp(`^arn:aws:wafv2:${LAMBDA_EDGE.region}:\\d{12}:global/webacl/[\\w-]+/[0-9a-f-]+$`),
      `expected the ARN of a web ACL for CloudFront, which is global and in ${LAMBDA_EDGE.region}`,
    )
      .optional()
      .describe('ARN of a web ACL of your own. It cannot be combined with `rateLimit`.'),
    rateLimit: z
      .int()
      .min(WAF.minRateLimit)
      .max(WAF.maxRateLimit)
      .optional()
      .describe(
        `Requests that one address may make in five minutes, ${WAF.minRateLimit} or more. Creates a web ACL, which costs by the month: docs/costs.md.`,
      ),
    priceClass: z
      .enum(['all', '200', '100'])
      .default(STACK_DEFAULTS.priceClass)
      .describe("Which of CloudFront's edges serve viewers: `all`, or the cheaper `200` or `100`."),
    accessLogs: z
      .boolean()
      .default(STACK_DEFAULTS.accessLogs)
      .describe("Whether CloudFront's standard logs (v2) are written, as JSON lines, into a bucket of their own."),
    logDays: z
      .int()
      .refine(
        (days) => (CLOUDWATCH_LOGS.retentionDays as readonly number[]).includes(days),
        `expected one of ${CLOUDWATCH_LOGS.retentionDays.join(', ')}`,
      )
      .default(30)
      .describe(
        `Days that logs are kept, access logs included: ${CLOUDWATCH_LOGS.retentionDays.slice(0, 12).join(', ')} and more.`,
      ),
    alarmEmail: z
      .email()
      .optional()
      .describe('Address that alarms are mailed to. AWS first asks it to confirm, for each region that has alarms.'),
    variantDays: z
      .int32()
      .min(1)
      .optional()
      .describe('Days after which stored variants expire. With it, every change of an original costs an invalidation.'),
    keepVariants: z
      .boolean()
      .default(false)
      .describe(
        'Whether the bucket of variants stays when the stack is destroyed. Otherwise it is emptied and deleted.',
      ),
    plan: z
      .enum(PLAN_NAMES)
      .optional()
      .describe(
        'Flat-rate plan that the distribution has or is to get: `free`, `pro`, `business` or `premium`. The stack then uses nothing that the plan lacks and, without `base`, creates the web ACL that it requires: docs/plans.md. Without a plan, you pay as you go.',
      ),
    subscribe: z
      .union([z.boolean(), z.enum(PLAN_NAMES)], `expected true, false, or one of ${PLAN_NAMES.join(', ')}`)
      .default(STACK_DEFAULTS.subscribe)
      .describe(
        'Whether the stack subscribes the distribution to that `plan`; a paid one waits for approval. Or the name of a higher plan, on the way down. Taking it out cancels the subscription: docs/plans.md.',
      ),
    shield: z
      .boolean()
      .optional()
      .describe(
        'Whether all renders run in one region, beside an Origin Shield, and not in each region with a regional edge cache. Without it: yes without a plan and with `premium`, which alone has it.',
      ),
    metrics: z
      .boolean()
      .optional()
      .describe(
        'Whether CloudWatch keeps metrics that cost extra: the cache hit rate, and what the rendering function measures. Without it: yes without a plan, the latter with an Origin Shield only.',
      ),
    memoryMb: z
      .int()
      .min(MIN_MEMORY_MB)
      .max(LAMBDA_EDGE.maxMemoryMb)
      .default(1_769)
      .describe(
        `Memory of the rendering function in MB, ${MIN_MEMORY_MB} to ${LAMBDA_EDGE.maxMemoryMb}. 1769 is one vCPU; what pictures need is in docs/rendering.md.`,
      ),
  })
  .superRefine(({ webAclArn, rateLimit, domains, plan, subscribe, shield, accessLogs }, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: name.split('.'), message });
    if (shield && !planHas(plan, 'originShield')) {
      refuse(
        'shield',
        `expected it only without a plan or with ${lowestPlanWith('originShield')}: ${plan} has no Origin Shield`,
      );
    }
    if (accessLogs && !planHas(plan, 'accessLogs')) {
      refuse(
        'accessLogs',
        `expected it only from the plan ${lowestPlanWith('accessLogs')} on: ${plan} has no access logs`,
      );
    }
    if (webAclArn !== undefined && plan !== undefined) {
      refuse(
        'webAclArn',
        'expected it only without a plan: with one, the distribution has a web ACL to itself, which the stack creates',
      );
    }
    if (subscribe && plan === undefined) {
      refuse('subscribe', `expected it only with stack.plan: ${PLAN_NAMES.join(', ')}`);
    }
    if (typeof subscribe === 'string' && plan !== undefined && isLower(subscribe, plan)) {
      refuse('subscribe', `expected true, or a plan that has what stack.plan, ${plan}, has`);
    }
    const zone = domains?.hostedZone?.name;
    const outside = zone && nameOutside(zone, domains.names);
    if (outside) refuse('domains.hostedZone.name', `expected the zone that has ${outside} in it, or none`);
    if (webAclArn !== undefined && rateLimit !== undefined) {
      refuse('rateLimit', 'expected it only without webAclArn: add a rate-based rule to your own web ACL');
    }
  });

/** The section with every default filled in. */
export type StackConfig = z.output<typeof stackSchema>;

/**
 * Settings of the distribution that are set, but have no effect with `base`, since the distribution is another's then.
 */
export const ignoredWithBase = (stack: StackConfig): (keyof StackConfig)[] =>
  (['domains', 'webAclArn', 'rateLimit', 'priceClass', 'accessLogs', 'subscribe'] as const).filter(
    (name) => stack[name] !== undefined && stack[name] !== STACK_DEFAULTS[name as keyof typeof STACK_DEFAULTS],
  );
