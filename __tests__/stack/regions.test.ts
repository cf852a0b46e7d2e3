import type { Template } from 'aws-cdk-lib/assertions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { parseConfig } from '../../edge/config/schema';
import { ORIGIN_SHIELD } from '../../edge/limits';
import { mentions, only, synthesised } from './synthesised';

const ACCOUNT = { Ref: 'AWS::AccountId' };

describe('with buckets in a region that has an Origin Shield', () => {
  let edge: Template;
  let regional: Template;
  beforeAll(() => {
    const stacks = synthesised({ stack: { region: 'eu-west-1' } });
    expect(Object.keys(stacks).sort()).toEqual(['ImageResizer', 'ImageResizer-eu-west-1']);
    edge = stacks['ImageResizer']!;
    regional = stacks['ImageResizer-eu-west-1']!;
  });

  test('buckets, queue, log group and alarms are there, the distribution and its functions in us-east-1', () => {
    regional.resourceCountIs('AWS::S3::Bucket', 2);
    edge.resourceCountIs('AWS::S3::Bucket', 0);
    edge.resourceCountIs('AWS::CloudFront::Distribution', 1);
    regional.resourceCountIs('AWS::CloudFront::Distribution', 0);
    expect(Object.keys(regional.findResources('AWS::SQS::Queue'))).toHaveLength(2);
    edge.resourceCountIs('AWS::SQS::Queue', 0);
    expect(Object.keys(regional.findResources('AWS::CloudWatch::Alarm')).length).toBeGreaterThanOrEqual(4);
    regional.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/lambda/us-east-1.ImageResizer-origin-response',
    });
  });

  test('names are spelled out, so that neither stack imports anything of the other', () => {
    expect(mentions(edge, 'Fn::ImportValue')).toBe(false);
    expect(mentions(regional, 'Fn::ImportValue')).toBe(false);
    expect(mentions(edge, 'Fn::GetStackOutput')).toBe(false);
    const headers = only(edge, 'AWS::CloudFront::Distribution')['DistributionConfig'].Origins[0].OriginCustomHeaders;
    expect(headers).toContainEqual({
      HeaderName: 'x-resizer-originals-bucket',
      HeaderValue: { 'Fn::Join': ['', ['imageresizer-originals-', ACCOUNT, '-eu-west-1']] },
    });
    expect(headers).toContainEqual({ HeaderName: 'x-resizer-variants-region', HeaderValue: 'eu-west-1' });
    regional.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: { 'Fn::Join': ['', ['imageresizer-variants-', ACCOUNT, '-eu-west-1']] },
    });
  });

  test('the variants admit the distributions of this account, of which one is deployed later', () => {
    const policies = Object.values(regional.findResources('AWS::S3::BucketPolicy'));
    const admitted = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Principal }: any) => Principal.Service === 'cloudfront.amazonaws.com');
    expect(admitted.map(({ Action }: any): string => Action).sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
    for (const { Condition } of admitted) {
      expect(JSON.stringify(Condition.ArnLike['AWS:SourceArn'])).toContain('":distribution/*"');
      expect(JSON.stringify(Condition.ArnLike['AWS:SourceArn'])).toContain(JSON.stringify(ACCOUNT));
    }
  });

  test('renders run beside the buckets', () => {
    const { Origins } = only(edge, 'AWS::CloudFront::Distribution')['DistributionConfig'];
    expect(Origins[0].OriginShield).toEqual({ Enabled: true, OriginShieldRegion: 'eu-west-1' });
  });
});

test('a region without an Origin Shield renders in the nearest that has one, with log and alarms there', () => {
  const stacks = synthesised({ stack: { region: 'eu-north-1' } });
  expect(Object.keys(stacks).sort()).toEqual(['ImageResizer', 'ImageResizer-eu-north-1', 'ImageResizer-eu-west-2']);
  const renders = stacks['ImageResizer-eu-west-2']!;
  renders.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/aws/lambda/us-east-1.ImageResizer-origin-response',
  });
  renders.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Throttles' });
  stacks['ImageResizer-eu-north-1']!.resourceCountIs('AWS::S3::Bucket', 2);
});

test('what an existing bucket of another region sends is taken in that region', () => {
  const stacks = synthesised({ stack: { originals: { bucket: 'company-assets', region: 'eu-central-1' } } });
  expect(Object.keys(stacks).sort()).toEqual(['ImageResizer', 'ImageResizer-eu-central-1']);
  stacks['ImageResizer']!.resourceCountIs('AWS::S3::Bucket', 1);
  stacks['ImageResizer-eu-central-1']!.resourceCountIs('AWS::Events::Rule', 1);
});

test('every commercial region that the CDK knows has an Origin Shield, or another region whose Origin Shield it uses', () => {
  const commercial = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);
  expect(commercial.length).toBeGreaterThan(30);
  const shields: readonly string[] = ORIGIN_SHIELD.regions;
  for (const region of commercial) {
    expect(parseConfig({ stack: { region } }).stack.region).toBe(region);
    const shield = shields.includes(region) ? region : ORIGIN_SHIELD.nearest[region];
    expect([region, shields.includes(shield!)]).toEqual([region, true]);
  }
});

test('a region for which AWS names no Origin Shield renders in the nearest that has one', () => {
  const stacks = synthesised({ stack: { region: 'ap-southeast-4' } });
  expect(Object.keys(stacks).sort()).toEqual([
    'ImageResizer',
    'ImageResizer-ap-southeast-2',
    'ImageResizer-ap-southeast-4',
  ]);
  const { Origins } = only(stacks['ImageResizer']!, 'AWS::CloudFront::Distribution')['DistributionConfig'];
  expect(Origins[0].OriginShield).toEqual({ Enabled: true, OriginShieldRegion: 'ap-southeast-2' });
});
