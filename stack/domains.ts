import {
  ArnFormat,
  Stack,
  Token,
  aws_certificatemanager as acm,
  type aws_cloudfront as cloudfront,
  aws_route53 as route53,
  aws_route53_targets as targets,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';
import type { Config } from '../edge/config/schema';
import { LAMBDA_EDGE } from '../edge/limits';
import { nameOutside } from '../edge/config/stack-schema';

/** Domain names of the distribution. */
export interface Domains {
  /** Such as `images.example.com`. */
  names: string[];
  /** For all the names; in us-east-1, where CloudFront looks for it. */
  certificate: acm.ICertificate;
  /** Gets the records of the names; without it, they are left to you. */
  hostedZone?: route53.IHostedZone;
}

/**
 * The domains of a resizer: those of its props, or of its config.
 * @throws ConfigError where both have some, for a certificate that is not in us-east-1, and for a name outside the zone
 */
export function domainsOf(scope: Construct, props: { config: Config; domains?: Domains }): Domains | undefined {
  const { domains: configured } = props.config.stack;
  if (props.domains && configured) {
    throw new ConfigError('Give the domains as a prop or in the config as stack.domains, not as both.');
  }
  if (props.domains) checkDomains(props.domains);
  if (!configured) return props.domains;
  const { names, certificateArn, hostedZone: zone } = configured;
  const certificate = acm.Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
  if (!zone) return { names, certificate };
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(scope, 'HostedZone', {
    hostedZoneId: zone.id,
    zoneName: zone.name,
  });
  return { names, certificate, hostedZone };
}

function checkDomains({ names, certificate, hostedZone }: Domains): void {
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

/** IPv4 and IPv6 records that lead each name to the distribution. */
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
