import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { CLOUDFRONT_FUNCTION } from '../../edge/limits';
import { mentions, only, synthesised } from './synthesised';

const templateOf = (config: ResizerConfig) => synthesised(config)['ImageResizer']!;

test('signed adds a store for the keys, which the function reads, and no key', () => {
  const template = templateOf({ signed: true });
  const [id] = Object.keys(template.findResources('AWS::CloudFront::KeyValueStore'));
  expect(only(template, 'AWS::CloudFront::KeyValueStore')).not.toHaveProperty('ImportSource');
  const { FunctionConfig, FunctionCode } = only(template, 'AWS::CloudFront::Function');
  expect(FunctionConfig.KeyValueStoreAssociations).toEqual([{ KeyValueStoreARN: { 'Fn::GetAtt': [id, 'Arn'] } }]);
  expect(Buffer.byteLength(FunctionCode)).toBeLessThan(0.96 * CLOUDFRONT_FUNCTION.codeBytes);
  expect(JSON.stringify(only(template, 'AWS::SSM::Parameter'))).toContain(`"${id}","Arn"`);
});

test('without it there is no store, and nothing of it in the function', () => {
  const template = templateOf({});
  template.resourceCountIs('AWS::CloudFront::KeyValueStore', 0);
  const { FunctionConfig, FunctionCode } = only(template, 'AWS::CloudFront::Function');
  expect(FunctionConfig.KeyValueStoreAssociations).toBeUndefined();
  expect(FunctionCode).not.toContain('kvs');
  expect(mentions(template, 'signingKeys')).toBe(false);
});

test('the plan free has no store; with the others it is among the resources of the subscription', () => {
  expect(() => parseConfig({ signed: true, stack: { plan: 'free' } })).toThrow(
    'signed: true, expected it only without a plan or from the plan pro on: free has no KeyValueStore, where the keys are',
  );
  const template = templateOf({ signed: true, stack: { plan: 'pro', subscribe: true } });
  const [id] = Object.keys(template.findResources('AWS::CloudFront::KeyValueStore'));
  const { ResourceArns } = only(template, 'AWS::PricingPlanManager::Subscription');
  expect(ResourceArns).toContainEqual({ 'Fn::GetAtt': [id, 'Arn'] });
});

test.each<[ResizerConfig['signed'], RegExp]>([
  ['yes' as never, /^signed: "yes", expected true, false or \{ maxSide: 4096 \}$/],
  [{ maxSide: 0 }, /^signed/],
  [{ most: 1 } as never, /^signed/],
])('signed: %j is refused', (signed, message) => {
  expect(() => parseConfig({ signed })).toThrow(message);
});
