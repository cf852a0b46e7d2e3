import { only, synthesised } from './synthesised';

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
