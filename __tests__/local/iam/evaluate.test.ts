import { evaluate } from '../../../local/src/iam/evaluate';
import type { AccessRequest, Principal } from '../../../local/src/iam/evaluate';
import { parsePolicy, parseStatements } from '../../../local/src/iam/policy';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/render`;
const OBJECT = 'arn:aws:s3:::pictures/a/b.jpg';

const role = (...statements: object[]): Principal => ({
  kind: 'role',
  arn: ROLE,
  statements: parseStatements(statements, 'role'),
});
const service: Principal = {
  kind: 'service',
  service: 'cloudfront.amazonaws.com',
  sourceArn: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
  sourceAccount: ACCOUNT,
};
const nobody = role();
const administrator: Principal = { kind: 'administrator', account: ACCOUNT };

function allowed(principal: Principal, resourcePolicy: object[] = [], request: Partial<AccessRequest> = {}): boolean {
  const statements = parseStatements(resourcePolicy, 'bucket');
  return evaluate({ principal, action: 's3:GetObject', resource: OBJECT, ...request }, statements).allowed;
}

const all = { Action: '*', Resource: '*' };
const allow = { Effect: 'Allow', ...all };

describe('a statement', () => {
  it.each([
    ['s3:GetObject', true],
    ['S3:getobject', true],
    ['s3:Get*', true],
    ['s3:?etObject', true],
    ['*', true],
    [['s3:PutObject', 's3:GetObject'], true],
    ['s3:Get', false],
    ['s3:GetObjectVersion', false],
    ['s3.GetObject', false],
  ])('with the action %j: %s', (Action, expected) => {
    expect(allowed(role({ ...allow, Action }))).toBe(expected);
  });

  it.each([
    [OBJECT, true],
    ['arn:aws:s3:::pictures/*', true],
    ['arn:aws:s3:::pictures/a/?.jpg', true],
    ['*', true],
    [['arn:aws:s3:::other/*', OBJECT], true],
    ['arn:aws:s3:::pictures', false],
    ['arn:aws:s3:::pictures/A/*', false],
    ['arn:aws:s3:::pictures/a', false],
  ])('with the resource %j: %s', (Resource, expected) => {
    expect(allowed(role({ ...allow, Resource }))).toBe(expected);
  });

  it('can exclude actions and resources', () => {
    const others = { Effect: 'Allow', NotAction: 's3:Put*', NotResource: 'arn:aws:s3:::secret/*' };
    expect(allowed(role(others))).toBe(true);
    expect(allowed(role(others), [], { action: 's3:PutObject' })).toBe(false);
    expect(allowed(role(others), [], { resource: 'arn:aws:s3:::secret/a' })).toBe(false);
  });
});

describe('a decision', () => {
  it('is no, without a policy', () => {
    expect(allowed(nobody)).toBe(false);
    expect(allowed(service)).toBe(false);
    expect(allowed({ kind: 'anonymous' })).toBe(false);
    expect(allowed(administrator)).toBe(true);
  });

  it('is yes when either policy allows it', () => {
    expect(allowed(role(allow))).toBe(true);
    expect(allowed(nobody, [{ ...allow, Principal: { AWS: ROLE } }])).toBe(true);
    expect(allowed(nobody, [{ ...allow, Principal: { AWS: `${ROLE}2` } }])).toBe(false);
    expect(allowed(nobody, [{ ...allow, Principal: { AWS: [`${ROLE}2`, ROLE] } }])).toBe(true);
  });

  it('is no when any policy denies it', () => {
    const deny = { ...all, Effect: 'Deny' };
    expect(allowed(role(allow, deny))).toBe(false);
    expect(allowed(role(allow), [{ ...deny, Principal: '*' }])).toBe(false);
    expect(allowed(role(allow), [{ ...deny, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }])).toBe(false);
    expect(allowed(administrator, [{ ...deny, Principal: { AWS: '*' } }])).toBe(false);
    expect(allowed(role(allow), [{ ...deny, Principal: { Service: 's3.amazonaws.com' } }])).toBe(true);
  });

  it('is left to identity-based policies when a resource allows an account', () => {
    expect(allowed(nobody, [{ ...allow, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }])).toBe(false);
  });

  it('allows a service that the resource names', () => {
    expect(allowed(service, [{ ...allow, Principal: { Service: 'cloudfront.amazonaws.com' } }])).toBe(true);
    expect(allowed(service, [{ ...allow, Principal: { Service: 'lambda.amazonaws.com' } }])).toBe(false);
    expect(allowed(nobody, [{ ...allow, Principal: { Service: 'cloudfront.amazonaws.com' } }])).toBe(false);
  });

  it('allows everyone what a resource allows everyone', () => {
    expect(allowed({ kind: 'anonymous' }, [{ ...allow, Principal: '*' }])).toBe(true);
    expect(allowed({ kind: 'anonymous' }, [{ ...allow, Principal: { AWS: '*' } }])).toBe(true);
  });

  it('says why', () => {
    const request = { principal: nobody, action: 's3:GetObject', resource: OBJECT };
    expect(evaluate(request, []).reason).toBe('because no identity-based policy allows the s3:GetObject action');
    const policy = parseStatements([{ Sid: 'Tls', Effect: 'Deny', ...all, Principal: '*' }], 'bucket');
    expect(evaluate(request, policy).reason).toBe('with an explicit deny in a resource-based policy (Tls)');
  });
});

describe('a condition', () => {
  const E1 = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
  const forService = (Condition: object) =>
    allowed(service, [{ ...allow, Principal: { Service: 'cloudfront.amazonaws.com' }, Condition }]);
  const forRole = (Condition: object, context: Record<string, string> = {}) =>
    allowed(role({ ...allow, Condition }), [], { context });

  it.each([
    [{ StringEquals: { 'AWS:SourceArn': E1 } }, true],
    [{ StringEquals: { 'aws:sourcearn': [E1, 'x'] } }, true],
    [{ StringEquals: { 'aws:SourceArn': `${E1}2` } }, false],
    [{ StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnEquals: { 'aws:SourceArn': E1 } }, true],
    [{ StringEquals: { 'aws:SourceAccount': '9' }, ArnEquals: { 'aws:SourceArn': E1 } }, false],
    [{ ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:*` } }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:*:distribution/E1' } }, false],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::*:distribution/*' } }, true],
    [{ StringLike: { 'aws:SourceArn': 'arn:aws:*/E?' } }, true],
    [{ StringNotEquals: { 'aws:SourceAccount': ACCOUNT } }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': ['9', ACCOUNT] } }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': '9' } }, true],
    [{ ArnNotLike: { 'aws:SourceArn': `${E1}*` } }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ Bool: { 'aws:SecureTransport': true } }, true],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, false],
    [{ NumericLessThan: { 's3:TlsVersion': 1.2 } }, false],
    [{ NumericLessThan: { 's3:TlsVersion': '1.4' } }, true],
    [{ NumericGreaterThanEquals: { 's3:TlsVersion': '1.3' } }, true],
    [{ Null: { 'aws:SourceArn': 'false' } }, true],
    [{ Null: { 'aws:SourceArn': 'true' } }, false],
  ])('of a service on %j: %s', (condition, expected) => {
    expect(forService(condition)).toBe(expected);
  });

  it.each([
    [{ StringEquals: { 's3:prefix': 'a/' } }, { 's3:prefix': 'a/' }, true],
    [{ StringLike: { 's3:Prefix': ['', 'a/*'] } }, { 's3:prefix': 'a/b' }, true],
    [{ StringLike: { 's3:prefix': ['', 'a/*'] } }, {}, false],
    [{ StringLikeIfExists: { 's3:prefix': 'a/*' } }, {}, true],
    [{ StringLikeIfExists: { 's3:prefix': 'a/*' } }, { 's3:prefix': 'b' }, false],
    [{ StringNotEquals: { 's3:prefix': 'a' } }, {}, true],
    [{ Null: { 's3:prefix': true } }, {}, true],
    [{ StringEquals: { 's3:x-amz-acl': 'private' } }, { 's3:x-amz-acl': 'private' }, true],
    [{ StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, {}, true],
    [{ ArnEquals: { 'aws:PrincipalArn': ROLE } }, {}, true],
  ])('of a role on %j with %j: %s', (condition, context, expected) => {
    expect(forRole(condition, context)).toBe(expected);
  });
});

describe('a policy that is not modelled', () => {
  it.each([
    [{ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4' } } }, /condition key aws:SourceIp/],
    [{ ...allow, Condition: { IpAddress: { 'aws:SourceArn': '1' } } }, /condition operator IpAddress/],
    [{ ...allow, Condition: { 'ForAnyValue:StringEquals': { 's3:prefix': 'x' } } }, /operator ForAnyValue/],
    [{ ...allow, NotPrincipal: '*' }, /NotPrincipal/],
    [{ ...allow, Principal: { Federated: 'x' } }, /statement 1: Principal/],
    [{ ...allow, Effect: 'allow' }, /Effect/],
    [{ Effect: 'Allow', Resource: '*' }, /Action or NotAction/],
    [{ ...allow, NotAction: 'x' }, /Action or NotAction/],
    [{ ...allow, Resource: 'arn:aws:s3:::${aws:username}' }, /policy variables/],
    [{ ...allow, Resource: { Ref: 'Bucket' } }, /Resource/],
  ])('is refused when it is parsed: %j', (statement, message) => {
    const read = () => parsePolicy({ Version: '2012-10-17', Statement: [statement] }, 'BucketPolicy');
    expect(read).toThrow(message);
    expect(read).toThrow(/^BucketPolicy, statement 1: [^\n]+$/);
  });

  it('may be one statement without a list, but not empty', () => {
    expect(parsePolicy({ Statement: allow }, 'P')).toHaveLength(1);
    expect(() => parsePolicy({}, 'P')).toThrow('P: ');
  });
});
