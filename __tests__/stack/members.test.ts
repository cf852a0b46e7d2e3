import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemblyWithMembers } from '../with-members';
import { only, synthesised } from './synthesised';

const readTemplate = (): string => readFileSync(join(assemblyWithMembers(), 'ImageResizer.template.json'), 'utf8');

test('with signatures, both functions read the store, the folder alone trusts the group, and no key is in the template', () => {
  const text = readTemplate();
  const template = Template.fromString(text);
  const { CacheBehaviors } = only(template, 'AWS::CloudFront::Distribution')['DistributionConfig'];
  expect(CacheBehaviors).toMatchObject([{ PathPattern: '/members/*', TrustedKeyGroups: ['group-1'] }]);
  const stores = Object.values(template.findResources('AWS::CloudFront::Function')).map(
    ({ Properties }) => Properties.FunctionConfig.KeyValueStoreAssociations?.length,
  );
  expect(stores).toEqual([1, 1]);
  // As `npm run keys` makes them, and as OpenSSL does.
  expect(text).not.toMatch(/(?<![\w-])[\w-]{43}(?![\w-])/);
  expect(text).not.toContain('PRIVATE KEY');
});

test('folders of members are behaviours with a trusted key group and a function of their own, before all else', () => {
  const template = synthesised({ private: { keyGroups: ['group-1'], paths: ['members', 'clients/a'] } })[
    'ImageResizer'
  ]!;
  const { DefaultCacheBehavior, CacheBehaviors } = only(template, 'AWS::CloudFront::Distribution')[
    'DistributionConfig'
  ];
  expect(CacheBehaviors.map((each: { PathPattern: string }) => each.PathPattern)).toEqual([
    '/members/*',
    '/clients/a/*',
  ]);
  const { TrustedKeyGroups: none, FunctionAssociations: open, ...rest } = DefaultCacheBehavior;
  expect(none).toBeUndefined();
  for (const { PathPattern: _, FunctionAssociations, TrustedKeyGroups, ...others } of CacheBehaviors) {
    expect(TrustedKeyGroups).toEqual(['group-1']);
    expect(FunctionAssociations).not.toEqual(open);
    expect(others).toEqual(rest);
  }
  template.resourceCountIs('AWS::CloudFront::Function', 2);
});

test('without folders, the behaviour of the images has the group', () => {
  const template = synthesised({ private: { keyGroups: ['group-1'] } })['ImageResizer']!;
  const { DefaultCacheBehavior, CacheBehaviors } = only(template, 'AWS::CloudFront::Distribution')[
    'DistributionConfig'
  ];
  expect(DefaultCacheBehavior.TrustedKeyGroups).toEqual(['group-1']);
  expect(CacheBehaviors).toBeUndefined();
  template.resourceCountIs('AWS::CloudFront::Function', 1);
});
