import { aws_s3 as s3 } from 'aws-cdk-lib';
import { synthesised } from './synthesised';

test('a finding of cdk-nag that nobody explains ends the synthesis', () => {
  expect(() => synthesised({}, (stack) => new s3.Bucket(stack, 'Open'))).toThrow('AwsSolutions-S10');
});
