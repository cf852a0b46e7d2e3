import {
  ArnFormat,
  Stack,
  Token,
  type aws_certificatemanager as acm,
  type aws_cloudfront as cloudfront,
} from 'aws-cdk-lib';
import { aws_route53 as route53, aws_route53_targets as targets } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import { LAMBDA_EDGE } from '../edge/limits';
import { nameOutside } from '../edge/config/stack';

/** Domain names of the distribution. */
export interface Domains {
  /** Such as `images.example.com`. */
  names: string[];
  /** For all the names; in us-east-1, where CloudFront looks for it. */
  certificate: acm.ICertificate;
  /** Given, the names get their records in it. */
  hostedZone?: route53.IHostedZone;
}

/** @throws ConfigError for a certificate elsewhere than in us-east-1, and for a name outside the hosted zone */
export function checkDomains({ names, certificate, hostedZone }: Domains): void {
  const { region } = Stack.of(certificate).splitArn(certificate.certificateArn, ArnFormat.SLASH_RESOURCE_NAME);
  if (region && !Token.isUnresolved(region) && region !== LAMBDA_EDGE.region) {
    throw new ConfigError(
      `The certificate is in ${region}; CloudFront looks in ${LAMBDA_EDGE.region}. Request one there.`,
    );
  }
  if (!hostedZone || Token.isUnresolved(hostedZone.zoneName)) return;
  const outside = nameOutside(hostedZone.zoneName, names);
  if (outside) throw new ConfigError(`${outside} is not in the hosted zone ${hostedZone.zoneName}.`);
}

/** Addresses of the distribution, in IPv4 and IPv6, under each name. */
export function createRecords(
  scope: Construct,
  { names, hostedZone: zone }: Domains,
  distribution: cloudfront.IDistribution,
): void {
  if (!zone) return;
  const target = route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution));
  for (const recordName of names) {
    new route53.ARecord(scope, `${recordName} A`, { zone, target, recordName });
    new route53.AaaaRecord(scope, `${recordName} AAAA`, { zone, target, recordName });
  }
}
