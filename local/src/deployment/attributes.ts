import type { Stack } from './assembly';
import { ACCOUNT, PARTITION, URL_SUFFIX, generated } from './names';

/** The results of `Ref` and `Fn::GetAtt` for a resource. */
export interface Attributes {
  ref: string;
  attributes: Readonly<Record<string, string>>;
}

interface Subject {
  stack: Stack;
  logicalId: string;
  /** The resource's name in this property, resolved; undefined if CloudFormation generates the name. */
  nameIn(property: string): string | undefined;
}

/** By resource type. CloudFormation template reference: return values. */
const TYPES: Readonly<Record<string, (subject: Subject) => Attributes>> = {
  'AWS::S3::Bucket': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('BucketName') ?? generated.bucketName(stack.name, logicalId);
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
    const name = nameIn('RoleName') ?? generated.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}` } };
  },
  'AWS::Lambda::Function': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('FunctionName') ?? generated.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'lambda', `function:${name}`) } };
  },
  'AWS::SQS::Queue': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('QueueName') ?? generated.name(stack.name, logicalId, 80);
    const url = `https://sqs.${stack.region}.${URL_SUFFIX}/${ACCOUNT}/${name}`;
    return { ref: url, attributes: { Arn: arnOf(stack, 'sqs', name), QueueName: name } };
  },
  'AWS::SSM::Parameter': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? generated.name(stack.name, logicalId);
    const path = name.startsWith('/') ? name : `/${name}`;
    return { ref: name, attributes: { Arn: arnOf(stack, 'ssm', `parameter${path}`) } };
  },
  'AWS::Events::Rule': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? generated.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'events', `rule/${name}`) } };
  },
  'AWS::Logs::LogGroup': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('LogGroupName') ?? generated.name(stack.name, logicalId);
    return { ref: name, attributes: { Arn: arnOf(stack, 'logs', `log-group:${name}:*`) } };
  },
  'AWS::WAFv2::WebACL': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? generated.name(stack.name, logicalId);
    const id = generated.uuid(stack.name, logicalId);
    return {
      ref: `${name}|${id}|CLOUDFRONT`,
      attributes: { Arn: arnOf(stack, 'wafv2', `global/webacl/${name}/${id}`) },
    };
  },
  'AWS::CloudFront::Distribution': ({ stack, logicalId }) => {
    const id = generated.id(stack.name, logicalId);
    return { ref: id, attributes: { Id: id, DomainName: `d${id.toLowerCase()}.cloudfront.net` } };
  },
  'AWS::CloudFront::Function': ({ stack, logicalId, nameIn }) => {
    const name = nameIn('Name') ?? generated.name(stack.name, logicalId);
    const arn = `arn:${PARTITION}:cloudfront::${ACCOUNT}:function/${name}`;
    return { ref: arn, attributes: { FunctionARN: arn } };
  },
  'AWS::CloudFront::KeyValueStore': ({ stack, logicalId, nameIn }) => {
    const id = generated.uuid(stack.name, logicalId);
    const arn = `arn:${PARTITION}:cloudfront::${ACCOUNT}:key-value-store/${id}`;
    return { ref: nameIn('Name') ?? generated.name(stack.name, logicalId), attributes: { Arn: arn, Id: id } };
  },
  'AWS::CloudFront::CachePolicy': withId(generated.uuid),
  'AWS::CloudFront::ResponseHeadersPolicy': withId(generated.uuid),
  'AWS::CloudFront::OriginAccessControl': withId(generated.id),
  'AWS::CloudFront::OriginRequestPolicy': withId(generated.uuid),
  'AWS::CloudFront::KeyGroup': withId(generated.uuid),
  'AWS::CloudFront::PublicKey': withId(generated.id),
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

/** A type that is not listed has a generated name and no attributes. */
export function attributesOf(type: string, subject: Subject): Attributes {
  const known = TYPES[type];
  return known ? known(subject) : { ref: generated.name(subject.stack.name, subject.logicalId), attributes: {} };
}
