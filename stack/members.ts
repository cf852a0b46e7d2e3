import { aws_cloudfront as cloudfront } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';
import { readPublicKey } from '../edge/config/private';
import { sha256 } from '../edge/config/sha256';
import { fingerprintOf } from '../edge/fingerprint';
import type { MemberKey } from '../edge/stack-parameter';

/** Who may sign URLs and cookies for members. */
export interface Signers {
  /** Made of public keys, or existing; empty where nothing is private. */
  keyGroups: cloudfront.IKeyGroup[];
  /** The public keys that the stack makes. */
  memberKeys: MemberKey[];
}

export function createSigners(scope: Construct, { private: members }: Config): Signers {
  const { keyGroups = [], publicKeys = [] } = members ?? {};
  const existing = keyGroups.map((id) => cloudfront.KeyGroup.fromKeyGroupId(scope, `KeyGroup${id}`, id));
  if (publicKeys.length === 0) return { keyGroups: existing, memberKeys: [] };
  const made = publicKeys.map((file) => {
    const encodedKey = readPublicKey(file);
    // CloudFormation cannot change a key, so another one is another resource.
    const key = new cloudfront.PublicKey(scope, `PublicKey${sha256(encodedKey).slice(0, 8)}`, { encodedKey });
    return { key, fingerprint: fingerprintOf(encodedKey) };
  });
  const items = made.map(({ key }) => key);
  const group = new cloudfront.KeyGroup(scope, 'KeyGroup', { items, comment: 'Who signs for members' });
  return {
    keyGroups: [group],
    memberKeys: made.map(({ key, fingerprint }) => ({ id: key.publicKeyId, fingerprint })),
  };
}
