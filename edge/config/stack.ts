/** The schema of the section `stack` of `resizer.config.ts`: what `cdk deploy` needs to know. */
import { z } from 'zod';
import { CLOUDWATCH_LOGS, LAMBDA_EDGE, ORIGIN_SHIELD, S3, WAF } from '../limits';
import { listOf } from './list-of';

/** The function, the process that renders for it and what is kept free take 250 MB before there is a picture. */
const MIN_MEMORY_MB = 384;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, without dots, which break TLS. */
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'expected the name of a bucket: lower case, without dots');

const regions = [...ORIGIN_SHIELD.regions, ...Object.keys(ORIGIN_SHIELD.nearest)].sort();

const domainName = z
  .string()
  .regex(
    /^(?!.*\.cloudfront\.net$)(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/,
    'expected a domain name of your own in lower case, such as images.example.com',
  );

/** The first of these domain names that is not in a hosted zone; undefined where all are. */
export const nameOutside = (zone: string, names: string[]): string | undefined =>
  names.find((name) => name !== zone && !name.endsWith(`.${zone}`));

export const stackSchema = z
  .strictObject({
    /** Name of the CloudFormation stack; those in other regions have the region after it. */
    name: z
      .string()
      // Systems Manager keeps the parameters that begin with aws or ssm, in any case, to itself.
      .regex(
        /^(?!aws|ssm)[a-z][a-z0-9-]{0,23}$/i,
        'expected up to 24 letters, digits and -, beginning with a letter, and not with aws or ssm',
      )
      .default('ImageResizer'),
    /** Where buckets are, and renders run beside them; the distribution is managed in us-east-1 all the same. */
    region: z.enum(regions).default(LAMBDA_EDGE.region),
    /** A bucket of originals that is there already. It is only read; its policy and notifications stay as they are. */
    originals: z
      .strictObject({
        bucket: bucketName,
        /** Where the bucket is. Without it, `region`. */
        region: z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, such as eu-west-1')
          .optional(),
        /** Originals are below it; nothing else of the bucket can be read. */
        prefix: z
          .string()
          // It stands in policies and in a header, neither of which takes all of Unicode.
          .regex(
            /^(?! )(((?![/*?${}])[ -~])+\/)+$/,
            'expected folders in ASCII that end in a slash, such as public/images/, without * ? $ { }',
          )
          // Room for keys below it, and for itself in a header.
          .max(S3.keyBytes / 2)
          .optional(),
        /** The key of KMS that the bucket is encrypted with, if it is one of yours. */
        kmsKeyArn: z
          .string()
          .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9A-Za-z-]+$/, 'expected the ARN of a key of KMS')
          .optional(),
      })
      .optional(),
    /** Domain names of your own. */
    domains: z
      .strictObject({
        names: listOf(domainName),
        /** Of AWS Certificate Manager, in us-east-1, where CloudFront looks for it. */
        certificateArn: z
          .string()
          .regex(
            new RegExp(`^arn:aws:acm:${LAMBDA_EDGE.region}:\\d{12}:certificate/[0-9a-f-]+$`),
            `expected the ARN of a certificate in ${LAMBDA_EDGE.region}; request one there for CloudFront to use`,
          ),
        /** Given, the names get their records in it. */
        hostedZone: z
          .strictObject({
            id: z.string().regex(/^Z[A-Z0-9]+$/, 'expected an id such as Z0123456789ABC'),
            name: domainName,
          })
          .optional(),
      })
      .optional(),
    /** A web ACL of your own. */
    webAclArn: z
      .string()
      .regex(
        new RegExp(`^arn:aws:wafv2:${LAMBDA_EDGE.region}:\\d{12}:global/webacl/[\\w-]+/[0-9a-f-]+$`),
        `expected the ARN of a web ACL for CloudFront, which is global and in ${LAMBDA_EDGE.region}`,
      )
      .optional(),
    /** Requests in five minutes that one address may make. A web ACL is made for it, which costs by the month. */
    rateLimit: z.int().min(WAF.minRateLimit).max(WAF.maxRateLimit).optional(),
    /** From which edges viewers are served: of all the world, or of the cheaper part of it. */
    priceClass: z.enum(['all', '200', '100']).default('all'),
    /** Whether CloudFront writes its access logs, into a bucket of their own. */
    accessLogs: z.boolean().default(false),
    /** How long logs are kept. */
    logDays: z
      .int()
      .refine(
        (days) => (CLOUDWATCH_LOGS.retentionDays as readonly number[]).includes(days),
        `expected one of ${CLOUDWATCH_LOGS.retentionDays.join(', ')}`,
      )
      .default(30),
    /** Who gets a mail when an alarm goes off. */
    alarmEmail: z.email().optional(),
    /** Days after which stored variants expire. Without it they stay. */
    variantDays: z.int32().min(1).optional(),
    /** Whether the bucket of variants stays, with all in it, when the stack goes; else it is emptied and deleted. */
    keepVariants: z.boolean().default(false),
    /** Memory of the rendering function in MB; 1,769 is one vCPU. See docs/rendering.md. */
    memoryMb: z.int().min(MIN_MEMORY_MB).max(LAMBDA_EDGE.maxMemoryMb).default(1_769),
  })
  .superRefine(({ webAclArn, rateLimit, domains }, context) => {
    const zone = domains?.hostedZone?.name;
    const outside = zone && nameOutside(zone, domains.names);
    if (outside) {
      context.addIssue({
        code: 'custom',
        path: ['domains', 'hostedZone', 'name'],
        message: `expected the zone that has ${outside} in it, or none`,
      });
    }
    if (webAclArn !== undefined && rateLimit !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['rateLimit'],
        message: 'expected it only without webAclArn: add a rate-based rule to your own web ACL',
      });
    }
  });

/** The section with every default filled in. */
export type StackConfig = z.output<typeof stackSchema>;
