import { parsePolicy } from '../iam/policy';
import type { Principal } from '../iam/evaluate';
import type { Deployment, LambdaDefinition, Role } from './deployment';
import { type Entry, type Stacks, identityOf } from './stacks';

interface RoleProperties {
  AssumeRolePolicyDocument: { Statement: { Principal?: { Service?: string | string[] } }[] };
  ManagedPolicyArns?: string[];
  Policies?: { PolicyName: string; PolicyDocument: unknown }[];
}

interface PolicyProperties {
  PolicyName?: string;
  PolicyDocument: unknown;
}

/** AWS Managed Policy Reference Guide. */
const MANAGED_POLICIES: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  },
};

/** A function's role, as the principal of its requests. */
export function roleOf({ roles }: Pick<Deployment, 'roles'>, { roleArn }: LambdaDefinition): Principal {
  const { arn, statements } = roles.find((role) => role.arn === roleArn)!;
  return { kind: 'role', arn, statements };
}

/** The roles with these ARNs. */
export function readRoles(stacks: Stacks, arns: ReadonlySet<string>): Role[] {
  const attached = stacks.entries('AWS::IAM::Policy');
  return stacks
    .read('AWS::IAM::Role', (entry) => (arns.has(entry.attribute('Arn')) ? [readRole(entry, attached)] : []))
    .flat();
}

function readRole(entry: Entry, attached: Entry[]): Role {
  const { AssumeRolePolicyDocument, ManagedPolicyArns = [], Policies = [] } = entry.properties() as RoleProperties;
  return {
    ...identityOf(entry),
    name: entry.ref,
    arn: entry.attribute('Arn'),
    trusts: AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) => Principal?.Service ?? []),
    statements: [
      ...Policies.flatMap(({ PolicyName, PolicyDocument }) => parsePolicy(PolicyDocument, PolicyName)),
      ...attached.filter((policy) => isFor(policy, entry)).flatMap(statementsOf),
      ...ManagedPolicyArns.flatMap((arn) => managedStatements(entry, arn)),
    ],
  };
}

function isFor(policy: Entry, role: Entry): boolean {
  // The policy may belong to something that is not modelled, and then cannot be resolved.
  const { Roles = [] } = policy.resolver.rawProperties(policy.logicalId) as { Roles?: unknown[] };
  return Roles.some((each) => policy.resolver.resolveOrDescribe(each, policy.logicalId) === role.ref);
}

const statementsOf = (policy: Entry) =>
  parsePolicy((policy.properties() as PolicyProperties).PolicyDocument, policy.logicalId);

function managedStatements(role: Entry, arn: string) {
  const document = MANAGED_POLICIES[arn];
  if (!document) throw role.error(`the policy ${arn} is not known here`);
  return parsePolicy(document, arn);
}
