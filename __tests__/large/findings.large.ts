import { CfnResource } from 'aws-cdk-lib';
import { synthesised } from '../stack/synthesised';

test("a finding of CloudFormation's own validator ends the synthesis", () => {
  process.env['CDK_VALIDATION'] = 'true';
  const wrong = { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'many' } };
  expect(() => synthesised({}, (stack) => new CfnResource(stack, 'Wrong', wrong))).toThrow(
    "'many' is not of type 'integer'",
  );
});
