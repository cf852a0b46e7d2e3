import { CfnResource, aws_s3 as s3 } from 'aws-cdk-lib';
import { synthesised } from './synthesised';

test('a finding of cdk-nag that nobody explains ends the synthesis', () => {
  expect(() => synthesised({}, (stack) => new s3.Bucket(stack, 'Open'))).toThrow('AwsSolutions-S10');
});

test("a finding of CloudFormation's own validator ends the synthesis", () => {
  process.env['CDK_VALIDATION'] = 'true';
  const wrong = { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'many' } };
  expect(() => synthesised({}, (stack) => new CfnResource(stack, 'Wrong', wrong))).toThrow(
    "'many' is not of type 'integer'",
  );
});
