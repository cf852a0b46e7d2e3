import type { Template } from 'aws-cdk-lib/assertions';
import { sharedTemplate, synthesised } from './synthesised';

/** What holds what cannot be made again, and what others know by its name. */
const LASTING = [
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::CloudFront::Distribution',
  'AWS::Lambda::Function',
  'AWS::CloudFront::Function',
];

const idsOf = (template: Template): string[] =>
  LASTING.flatMap((type) => Object.keys(template.findResources(type))).sort();

// Another id is another resource: an upgrade would make a second bucket of originals, with nothing in it.
test('an upgrade finds the resources of the stack before it', () => {
  expect(idsOf(sharedTemplate())).toEqual([
    'CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F',
    'ResizerDeliveryDistributionF459FDE2',
    'ResizerDeliveryViewerRequestB033A363',
    'ResizerNewGenerationProviderE96C65CF',
    'ResizerOriginResponseFunctionBEE9A604',
    'ResizerOriginals67559A13',
    'ResizerRefreshDeadLettersFC36F3B2',
    'ResizerRefreshFunction023DFD75',
    'ResizerRefreshQueue7B6B60CC',
    'ResizerVariantsA659A5BF',
  ]);
});

test('so it does with buckets in another region', () => {
  const stacks = synthesised({ stack: { region: 'eu-west-1' } });
  expect(idsOf(stacks['ImageResizer']!)).toEqual([
    'ResizerDeliveryDistributionF459FDE2',
    'ResizerDeliveryViewerRequestB033A363',
    'ResizerNewGenerationProviderE96C65CF',
    'ResizerOriginResponseFunctionBEE9A604',
  ]);
  expect(idsOf(stacks['ImageResizer-eu-west-1']!)).toEqual([
    'CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F',
    'Originals63BA965B',
    'RefreshDeadLetters235B8793',
    'RefreshFunction3D7A10A6',
    'RefreshQueueBF968076',
    'Variants1144BE65',
  ]);
});
