import { Stack, type StackProps, aws_certificatemanager as acm, aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import { aws_route53 as route53 } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';
import type { StackConfig } from '../edge/config/stack';
import type { Domains } from './domains';
import { ImageResizer } from './image-resizer';

const PRICE_CLASSES: Readonly<Record<StackConfig['priceClass'], cloudfront.PriceClass>> = {
  all: cloudfront.PriceClass.PRICE_CLASS_ALL,
  '200': cloudfront.PriceClass.PRICE_CLASS_200,
  '100': cloudfront.PriceClass.PRICE_CLASS_100,
};

/** The stack that `cdk deploy` sends: one image resizer, as the config's section `stack` says. */
export class ResizerStack extends Stack {
  readonly resizer: ImageResizer;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { config: Config }) {
    super(scope, id, props);
    const { name: _, domains, priceClass, logDays, ...settings } = config.stack;
    this.resizer = new ImageResizer(this, 'Resizer', {
      config,
      ...settings,
      ...(domains && { domains: this.domains(domains) }),
      priceClass: PRICE_CLASSES[priceClass],
      logRetention: logDays,
    });
  }

  private domains({ names, certificateArn, hostedZone: zone }: NonNullable<StackConfig['domains']>): Domains {
    const certificate = acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    if (!zone) return { names, certificate };
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
      hostedZoneId: zone.id,
      zoneName: zone.name,
    });
    return { names, certificate, hostedZone };
  }
}
