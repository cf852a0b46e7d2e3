import type { Stack } from './assembly';
import { ACCOUNT, PARTITION, URL_SUFFIX, madeUp } from './names';

/** What `Ref` and `Fn::GetAtt` of one resource give. */
export interface Attributes {
  ref: string;
  attributes: Readonly<Record<string, string>>;
}

interface Subject {
  stack: Stack;
  logicalId: string;
  /** The resolved property that holds the resource's name; undefined if CloudFormation makes up the name. */
  nameIn(property: string): string | undefined;
}

/** Physical names and attributes by type of resource, as CloudFormation's template reference lists them. */
const TYPES: Readonly<Record<string, (subject: Subject) => Attributes>> = {
  'AWS::S3::Bucket': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('BucketName') ?? madeUp.bucketName(stack.name, logicalId);
    return {
      ref: name,
      attributes: {
        Arn: `arn:${PARTITION}:s3:::${name}`,
        DomainName: `${name}.s3.${URL_SUFFIX}`,
        RegionalDomainName: `${name}.s3.${stack.region}.${URL_SUFFIX}`,
        WebsiteURL: `http://${name}.s3-website-${stack.region}.${URL_SUFFIX}`,
      },
    };
  },
  'AWS::IAM::Role': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('RoleName') ?? madeUp.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}` } };
  },
  'AWS::Lambda::Function': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('FunctionName') ?? madeUp.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'lambda', `function:${name}`) } };
  },
  'AWS::SQS::Queue': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('QueueName') ?? madeUp.name(stack.name, logicalId, 80);
    const url = `https://sqs.${stack.region}.${URL_SUFFIX}/${ACCOUNT}/${name}`;
    return { ref: url, attributes: { Arn: arnOf(stack, 'sqs', name), QueueName: name } };
  },
  'AWS::SSM::Parameter': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? madeUp.name(stack.name, logicalId);
    const path = name.startsWith('/') ? name : `/${name}`;
    return { ref: name, attributes: { Arn: arnOf(stack, 'ssm', `parameter${path}`) } };
  },
  'AWS::Events::Rule': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? madeUp.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'events', `rule/${name}`) } };
  },
  'AWS::Logs::LogGroup': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('LogGroupName') ?? madeUp.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'logs', `log-group:${name}:*`) } };
  },
  'AWS::WAFv2::WebACL': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? madeUp.name(stack.name, logicalId);
    const id = madeUp.uuid(stack.name, logicalId);
    return {
      ref: `${name}|${id}|CLOUDFRONT`,
      attributes: { Arn: arnOf(stack, 'wafv2', `global/webacl/${name}/${id}`) },
    };
  },
  'AWS::CloudFront::Distribution': ({ stack, logicalId }) => {
    const id = madeUp.id(stack.name, logicalId);
    return { ref: id, attributes: { Id: id, DomainName: `d${id.toLowerCase()}.cloudfront.net` } };
  },
  'AWS::CloudFront::Function': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? madeUp.name(stack.name, logicalId);
    const arn = `arn:${PARTITION}:cloudfront::${ACCOUNT}:function/${name}`;
    return { ref: arn, attributes: { FunctionARN: arn } };
  },
  'AWS::CloudFront::KeyValueStore': ({ stack, logicalId, nameIn }) => {
    const id = madeUp.uuid(stack.name, logicalId);
    const arn = `arn:${PARTITION}:cloudfront::${ACCOUNT}:key-value-store/${id}`;
    return { ref: nameIn('Name') ?? madeUp.name(stack.name, logicalId), attributes: { Arn: arn, Id: id } };
  },
  'AWS::CloudFront::CachePolicy': withId(madeUp.uuid),
  'AWS::CloudFront::ResponseHeadersPolicy': withId(madeUp.uuid),
  'AWS::CloudFront::OriginAccessControl': withId(madeUp.id),
  'AWS::CloudFront::OriginRequestPolicy': withId(madeUp.uuid),
  'AWS::CloudFront::KeyGroup': withId(madeUp.uuid),
  'AWS::CloudFront::PublicKey': withId(madeUp.id),
};

function withId(make: (stack: string, logicalId: string) => string): (subject: Subject) => Attributes {
  return ({ stack, logicalId }) => {
    const id = make(stack.name, logicalId);
    return { ref: id, attributes: { Id: id } };
  };
}

function arnOf(stack: Stack, service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${stack.region}:${ACCOUNT}:${resource}`;
}

/** The attributes of a resource. A type that is not listed has a made-up name and no attributes. */
export function attributesOf(type: string, subject: Subject): Attributes {
  const known = TYPES[type];
  return known ? known(subject) : { ref: madeUp.name(subject.stack.name, subject.logicalId), attributes: {} };
}
