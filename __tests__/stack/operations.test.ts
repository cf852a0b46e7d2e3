import type { Template } from 'aws-cdk-lib/assertions';
import { only, sharedTemplate } from './synthesised';

let template: Template;
beforeAll(() => {
  template = sharedTemplate();
});

const alarms = () =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Record<string, any>,
  );

test.each([
  ['AWS/CloudFront', '5xxErrorRate', 1, 3],
  ['AWS/Lambda', 'Errors', 0, 1],
  ['AWS/Lambda', 'Throttles', 0, 1],
  ['ImageResizer', 'VariantsDenied', 0, 1],
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 0, 1],
])('an alarm watches %s %s', (Namespace, MetricName, Threshold, EvaluationPeriods) => {
  const alarm = alarms().find((each) => each['Namespace'] === Namespace && each['MetricName'] === MetricName);
  expect(alarm).toMatchObject({
    Threshold,
    EvaluationPeriods,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmDescription: expect.any(String),
  });
});

test('alarms on renders look where CloudFront runs the function, under the name that it has there', () => {
  const errors = alarms().find(({ MetricName }) => MetricName === 'Errors')!;
  expect(errors['Dimensions']).toEqual([
    { Name: 'FunctionName', Value: { 'Fn::Join': ['', ['us-east-1.', { Ref: expect.stringContaining('Function') }]] } },
  ]);
  const denied = alarms().find(({ MetricName }) => MetricName === 'VariantsDenied')!;
  expect(denied['Dimensions']).toEqual([
    { Name: 'FunctionName', Value: { Ref: expect.stringContaining('OriginResponse') } },
  ]);
});

test('what CloudFront keeps is looked up by both of the dimensions that it is kept under', () => {
  const serverErrors = alarms().find(({ MetricName }) => MetricName === '5xxErrorRate')!;
  const dimensions = serverErrors['Dimensions'] as { Name: string; Value: unknown }[];
  expect(dimensions).toContainEqual({ Name: 'Region', Value: 'Global' });
  expect(dimensions).toContainEqual({ Name: 'DistributionId', Value: { Ref: expect.any(String) } });
  expect(dimensions).toHaveLength(2);
  const body = JSON.stringify(only(template, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
  expect(body.split('AWS/CloudFront').length).toBe(6);
  expect(body.split('Global').length).toBe(6);
});

test('the alarm on what was given up watches the dead-letter queue, not the queue', () => {
  const [queue] = Object.values(template.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: {} } }));
  const deadLetters = queue!['Properties'].RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0];
  const alarm = alarms().find(({ Namespace }) => Namespace === 'AWS/SQS')!;
  expect(alarm['Dimensions']).toEqual([{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters, 'QueueName'] } }]);
});

test('without an address, alarms tell nobody', () => {
  template.resourceCountIs('AWS::SNS::Topic', 0);
  for (const alarm of alarms()) expect(alarm['AlarmActions']).toBeUndefined();
});

test('the dashboard shows hit rate, renders, their times, errors, throttles and what costs', () => {
  const body = JSON.stringify(only(template, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
  for (const metric of [
    'CacheHitRate',
    '5xxErrorRate',
    'Answers',
    'RenderMilliseconds',
    'p95',
    'Throttles',
    'Invocations',
    'BytesDownloaded',
    'ApproximateNumberOfMessagesVisible',
  ]) {
    expect(body).toContain(metric);
  }
  only(template, 'AWS::CloudFront::MonitoringSubscription');
});

test('every log of a function ends after a month', () => {
  const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
  expect(groups).toHaveLength(3);
  for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(30);
});

test('the log group of renders is there before the first render makes one without an end', () => {
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const groups = template.findResources('AWS::Logs::LogGroup', {
    Properties: { LogGroupName: { 'Fn::Join': ['', ['/aws/lambda/us-east-1.', { Ref: expect.anything() }]] } },
  });
  expect(distribution!['DependsOn']).toEqual(expect.arrayContaining(Object.keys(groups)));
});

test('what Lambda cannot delete while replicas exist is left behind, the rest goes with the stack', () => {
  const left = Object.entries(template.toJSON()['Resources'] as Record<string, any>)
    .filter(([, { DeletionPolicy }]) => String(DeletionPolicy).startsWith('Retain'))
    .map(([, { Type }]): string => Type);
  expect(left.sort()).toEqual(['AWS::Lambda::Function', 'AWS::Lambda::Version', 'AWS::S3::Bucket']);
  template.hasResource('Custom::S3AutoDeleteObjects', {});
});

test('when the stack goes, nothing may store variants any more before their bucket is emptied', () => {
  const store = Object.values(template.findResources('AWS::IAM::Policy')).find(({ Properties }) =>
    JSON.stringify(Properties).includes('"s3:PutObject"'),
  );
  const [emptying] = Object.keys(template.findResources('Custom::S3AutoDeleteObjects'));
  expect(store!['DependsOn']).toEqual([emptying]);
});

test('the function that keeps variants fresh may do that, and no more', () => {
  const policy = Object.values(template.findResources('AWS::IAM::Policy')).find(({ Properties }) =>
    JSON.stringify(Properties).includes('s3:DeleteObject'),
  );
  const statements = policy!['Properties'].PolicyDocument.Statement as {
    Action: string | string[];
    Resource: unknown;
  }[];
  const actions = [...new Set(statements.flatMap(({ Action }) => Action))].sort();
  expect(actions).toEqual([
    'cloudfront:CreateInvalidation',
    'cloudfront:GetInvalidation',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:DeleteObject',
    's3:GetObject',
    's3:ListBucket',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'ssm:GetParameter',
  ]);
  expect(statements.map(({ Resource }) => Resource)).not.toContain('*');
  const deletes = statements.filter(({ Action }) => [Action].flat().includes('s3:DeleteObject'));
  expect(JSON.stringify(deletes)).not.toContain('Originals');
});
