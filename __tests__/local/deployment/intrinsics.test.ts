import { readDeployment } from '../../../local/src/deployment/read';
import { writeAssembly } from './assembly';

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'pictures' } };
const QUEUE = { Type: 'AWS::SQS::Queue' };

/** The value of an output with this definition, in a stack with a few resources. */
function valueOf(value: unknown, template: object = {}, region = 'eu-west-1'): string | undefined {
  const stack = {
    Resources: { Bucket: BUCKET, Queue: QUEUE },
    Outputs: { Value: { Value: value } },
    ...template,
  };
  return readDeployment(writeAssembly({ Stack: { template: stack, region } })).outputs['Value'];
}

describe('an intrinsic function gives what CloudFormation gives:', () => {
  test.each<[string, unknown, string]>([
    ['Ref of a resource', { Ref: 'Bucket' }, 'pictures'],
    [
      'Ref of a queue, its URL',
      { 'Fn::Join': ['', [{ Ref: 'Queue' }]] },
      expect.stringContaining('https://sqs.eu-west-1.amazonaws.com/123456789012/') as string,
    ],
    ['Ref of AWS::AccountId', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['Ref of AWS::Region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref of AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::pictures'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Bucket.RegionalDomainName' }, 'pictures.s3.eu-west-1.amazonaws.com'],
    [
      'Sub',
      { 'Fn::Sub': 'a ${Bucket} ${Bucket.Arn} ${AWS::Region} ${!Bucket}' },
      'a pictures arn:aws:s3:::pictures eu-west-1 ${Bucket}',
    ],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Bucket' }, 3]] }, 'a/pictures/3'],
  ])('%s', (_, value, expected) => {
    expect(valueOf(value)).toEqual(expected);
  });
});

describe('what cannot be resolved is an error of one line:', () => {
  test.each<[string, unknown, string]>([
    ['an intrinsic function', { 'Fn::GetAZs': '' }, 'Stack/Value: the intrinsic function Fn::GetAZs is not modelled'],
    [
      'an attribute',
      { 'Fn::GetAtt': ['Bucket', 'Colour'] },
      'the attribute Colour of Bucket (AWS::S3::Bucket) is not modelled',
    ],
    ['a resource', { Ref: 'Nobody' }, 'there is no resource Nobody'],
    [
      'an export of another stack',
      { 'Fn::ImportValue': 'other' },
      'the intrinsic function Fn::ImportValue is not modelled',
    ],
    [
      'Sub with values of its own',
      { 'Fn::Sub': ['${a}', { a: 'b' }] },
      'Fn::Sub with values of its own is not modelled',
    ],
    ['a dynamic reference', '{{resolve:ssm:/a/b}}', 'the dynamic reference {{resolve:ssm:/a/b}} needs AWS'],
    ['a list that is none', { 'Fn::Join': ['', 'text'] }, 'Fn::Join needs a separator and a list'],
  ])('%s', (_, value, message) => {
    expect(() => valueOf(value)).toThrow(message);
  });

  test('a resource with a condition', () => {
    const Resources = { Bucket: { ...BUCKET, Condition: 'Never' } };
    expect(() => valueOf('x', { Resources })).toThrow('Stack/Bucket: its condition Never is not modelled');
  });

  test('a folder that is not a cloud assembly', () => {
    expect(() => readDeployment('/no/such/folder')).toThrow('/no/such/folder is not a cloud assembly');
  });
});

describe('a generated name', () => {
  const read = (stack: string, logicalId: string) =>
    readDeployment(
      writeAssembly({
        [stack]: {
          template: {
            Resources: { [logicalId]: { Type: 'AWS::S3::Bucket' }, Queue: QUEUE },
          },
        },
      }),
    );

  test('is the same in each run, and differs between resources', () => {
    const [first, again, other] = [read('A', 'Bucket'), read('A', 'Bucket'), read('B', 'Bucket')];
    expect(first.buckets[0]!.name).toBe(again.buckets[0]!.name);
    expect(first.buckets[0]!.name).not.toBe(other.buckets[0]!.name);
  });

  test("is valid for S3 and SQS, even if the stack's name is long", () => {
    const { buckets, queues } = read('AStackWithQuiteALongName'.repeat(4), 'AndABucketWithALongName'.repeat(3));
    expect(buckets[0]!.name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    expect(queues[0]!.name).toMatch(/^[\w-]{1,80}$/);
  });
});
