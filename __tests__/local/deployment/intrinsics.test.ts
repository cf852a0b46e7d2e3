import { readDeployment } from '../../../local/deployment/read';
import { writeAssembly } from './assembly';

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'pictures' } };
const QUEUE = { Type: 'AWS::SQS::Queue' };

/** The value of an output that says this, in a stack with a few resources. */
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
      { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'Queue' }] }] },
      'sqs.eu-west-1.amazonaws.com',
    ],
    ['Ref of AWS::AccountId', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['Ref of AWS::Region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref of AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref of AWS::StackName', { Ref: 'AWS::StackName' }, 'Stack'],
    ['Ref of AWS::URLSuffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::pictures'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Bucket.RegionalDomainName' }, 'pictures.s3.eu-west-1.amazonaws.com'],
    [
      'Sub',
      { 'Fn::Sub': 'a ${Bucket} ${Bucket.Arn} ${AWS::Region} ${!Bucket}' },
      'a pictures arn:aws:s3:::pictures eu-west-1 ${Bucket}',
    ],
    [
      'Sub with values of its own',
      { 'Fn::Sub': ['${a}-${Bucket}', { a: { Ref: 'AWS::Region' } }] },
      'eu-west-1-pictures',
    ],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Bucket' }, 3]] }, 'a/pictures/3'],
    ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['|', 'a|b|c'] }] }, 'b'],
    ['Join over Split', { 'Fn::Join': ['', { 'Fn::Split': ['-', 'a-b'] }] }, 'ab'],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Join without AWS::NoValue', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
  ])('%s', (_, value, expected) => {
    expect(valueOf(value)).toBe(expected);
  });

  test('FindInMap', () => {
    const Mappings = { Map: { 'eu-west-1': { size: 'big' } } };
    expect(valueOf({ 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'size'] }, { Mappings })).toBe('big');
  });

  test('a parameter, by its default', () => {
    expect(valueOf({ Ref: 'Colour' }, { Parameters: { Colour: { Type: 'String', Default: 'blue' } } })).toBe('blue');
  });

  test.each([
    [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }, 'yes'],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] }, 'no'],
    [{ 'Fn::And': [{ Condition: 'True' }, { 'Fn::Equals': [1, '1'] }] }, 'yes'],
    [{ 'Fn::And': [{ Condition: 'True' }, { 'Fn::Equals': [1, 2] }] }, 'no'],
    [{ 'Fn::Or': [{ 'Fn::Equals': [1, 2] }, { Condition: 'True' }] }, 'yes'],
  ])('If with %j', (condition, expected) => {
    const Conditions = { True: { 'Fn::Equals': ['x', 'x'] }, Asked: condition };
    expect(valueOf({ 'Fn::If': ['Asked', 'yes', 'no'] }, { Conditions })).toBe(expected);
  });

  test('ImportValue, whichever stack comes first', () => {
    const folder = writeAssembly({
      Importer: { template: { Outputs: { Got: { Value: { 'Fn::ImportValue': 'exported' } } } } },
      Exporter: {
        template: {
          Resources: { Bucket: BUCKET },
          Outputs: { Out: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] }, Export: { Name: 'exported' } } },
        },
      },
    });
    expect(readDeployment(folder).outputs).toEqual({ Got: 'arn:aws:s3:::pictures', Out: 'arn:aws:s3:::pictures' });
  });
});

test('a resource whose condition does not hold is not there', () => {
  const folder = writeAssembly({
    Stack: {
      template: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Bucket: BUCKET, Other: { ...BUCKET, Condition: 'Never' } },
      },
    },
  });
  expect(readDeployment(folder).buckets.map(({ logicalId }) => logicalId)).toEqual(['Bucket']);
});

test('a property that is AWS::NoValue is left out', () => {
  const folder = writeAssembly({
    Stack: {
      template: {
        Resources: { Queue: { ...QUEUE, Properties: { DelaySeconds: { Ref: 'AWS::NoValue' }, VisibilityTimeout: 7 } } },
      },
    },
  });
  expect(readDeployment(folder).queues[0]).toMatchObject({ delaySeconds: 0, visibilityTimeoutSeconds: 7 });
});

describe('what cannot be resolved is one line that names it:', () => {
  test.each<[string, unknown, string]>([
    ['an intrinsic function', { 'Fn::GetAZs': '' }, 'Stack/Value: the intrinsic function Fn::GetAZs is not modelled'],
    [
      'an attribute',
      { 'Fn::GetAtt': ['Bucket', 'Colour'] },
      'the attribute Colour of Bucket (AWS::S3::Bucket) is not modelled',
    ],
    ['a resource', { Ref: 'Nobody' }, 'there is no resource or parameter Nobody'],
    ['an export', { 'Fn::ImportValue': 'nowhere' }, 'no stack exports nowhere'],
    ['an entry of a list', { 'Fn::Select': [5, ['a']] }, 'Fn::Select finds no entry 5'],
    ['an entry of a map', { 'Fn::FindInMap': ['a', 'b', 'c'] }, 'there is no a.b.c to find in a map'],
    ['a condition', { 'Fn::If': ['Maybe', 1, 2] }, 'there is no condition Maybe'],
    ['a dynamic reference', '{{resolve:ssm:/a/b}}', 'the dynamic reference {{resolve:ssm:/a/b}} needs AWS'],
    ['a list that is none', { 'Fn::Join': ['', 'text'] }, 'Fn::Join needs a list'],
  ])('%s', (_, value, message) => {
    expect(() => valueOf(value)).toThrow(message);
  });

  test('a parameter without a default', () => {
    expect(() => valueOf({ Ref: 'Colour' }, { Parameters: { Colour: { Type: 'String' } } })).toThrow(
      'Stack/Value: the parameter Colour has no default',
    );
  });

  test('a folder that is no cloud assembly', () => {
    expect(() => readDeployment('/no/such/folder')).toThrow('/no/such/folder is no cloud assembly');
  });
});

describe('a name that the template leaves open', () => {
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

  test('is the same every time, and another for another resource', () => {
    const [first, again, other] = [read('A', 'Bucket'), read('A', 'Bucket'), read('B', 'Bucket')];
    expect(first.buckets[0]!.name).toBe(again.buckets[0]!.name);
    expect(first.buckets[0]!.name).not.toBe(other.buckets[0]!.name);
  });

  test('is one that S3 and SQS take, however long the stack is called', () => {
    const { buckets, queues } = read('AStackWithQuiteALongName'.repeat(4), 'AndABucketWithALongName'.repeat(3));
    expect(buckets[0]!.name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    expect(queues[0]!.name).toMatch(/^[\w-]{1,80}$/);
  });
});
