import { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';
import { readPublicKey } from '../edge/config/private';
import { sha256 } from '../edge/config/sha256';

/** Who may sign URLs and cookies for members: groups of keys, made of public ones or existing. */
export function keyGroupsOf(scope: Construct, { private: members }: Config): cloudfront.IKeyGroup[] {
  if (!members) return [];
  const { keyGroups = [], publicKeys = [] } = members;
  const existing = keyGroups.map((id) => cloudfront.KeyGroup.fromKeyGroupId(scope, `KeyGroup${id}`, id));
  if (publicKeys.length === 0) return existing;
  const items = publicKeys.map((file) => {
    const encodedKey = readPublicKey(file);
    // CloudFormation cannot change a key, so another one is another resource.
    return new cloudfront.PublicKey(scope, `PublicKey${sha256(encodedKey).slice(0, 8)}`, { encodedKey });
  });
  return [...existing, new cloudfront.KeyGroup(scope, 'KeyGroup', { items, comment: 'Who signs for members' })];
}
