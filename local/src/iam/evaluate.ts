import type { ConditionContext } from './conditions';
import type { Patterns, PrincipalPatterns, Statement } from './policy';

/** Who sends a request. All but `anonymous` belong to the one local account. */
export type Principal =
  /** The account's root: may do what no resource policy denies. */
  | { kind: 'administrator'; account: string }
  | { kind: 'role'; arn: string; statements: readonly Statement[] }
  /** An AWS service that acts for a resource, such as CloudFront for a distribution. */
  | { kind: 'service'; service: string; sourceArn: string; sourceAccount: string }
  | { kind: 'anonymous' };

/** An action on a resource, to be authorised. */
export interface AccessRequest {
  principal: Principal;
  /** Such as `s3:GetObject`. */
  action: string;
  /** An ARN. */
  resource: string;
  /** Condition keys of the request, such as `s3:prefix`, in any case. */
  context?: Readonly<Record<string, string>>;
}

/** `reason` continues "is not authorized to perform X on Y …", or says what allows it. */
export interface Decision {
  allowed: boolean;
  reason: string;
}

/**
 * Decides as IAM does within one account: an explicit deny wins, then an identity-based or a resource-based policy may
 * allow. A service or an anonymous caller needs a resource-based one.
 * IAM User Guide: reference_policies_evaluation-logic.
 */
export function evaluate(request: AccessRequest, resourcePolicy: readonly Statement[]): Decision {
  const { principal } = request;
  const context = conditionContext(request);
  const applies = (statement: Statement) =>
    matches(statement.actions, request.action) &&
    (statement.resources === undefined || matches(statement.resources, request.resource)) &&
    statement.conditions.every((holds) => holds(context));

  const identityStatements = principal.kind === 'role' ? principal.statements.filter(applies) : [];
  const resourceStatements = resourcePolicy.filter(applies);

  const identityDeny = identityStatements.find(({ effect }) => effect === 'Deny');
  if (identityDeny) return denied(`with an explicit deny in an identity-based policy (${identityDeny.name})`);
  const resourceDeny = resourceStatements.find(
    ({ effect, principals }) => effect === 'Deny' && isAmong(principal, principals, 'Deny'),
  );
  if (resourceDeny) return denied(`with an explicit deny in a resource-based policy (${resourceDeny.name})`);

  if (principal.kind === 'administrator') return { allowed: true, reason: 'by the administrator of the account' };
  const allow =
    identityStatements.find(({ effect }) => effect === 'Allow') ??
    resourceStatements.find(({ effect, principals }) => effect === 'Allow' && isAmong(principal, principals, 'Allow'));
  if (allow) return { allowed: true, reason: `by ${allow.name}` };
  const missing = principal.kind === 'role' ? 'identity-based policy' : 'resource-based policy';
  return denied(`because no ${missing} allows the ${request.action} action`);
}

/** A principal's ARN, or another name for logs and messages. */
export function describePrincipal(principal: Principal): string {
  if (principal.kind === 'administrator') return `arn:aws:iam::${principal.account}:root`;
  if (principal.kind === 'role') return principal.arn;
  return principal.kind === 'service' ? `${principal.service} for ${principal.sourceArn}` : 'anonymous';
}

function denied(reason: string): Decision {
  return { allowed: false, reason };
}

function matches({ expressions, negated }: Patterns, value: string): boolean {
  return expressions.some((expression) => expression.test(value)) !== negated;
}

function isAmong(principal: Principal, named: PrincipalPatterns | undefined, effect: 'Allow' | 'Deny'): boolean {
  if (!named) return false;
  if (named.anyone) return true;
  if (principal.kind === 'service') return named.services.includes(principal.service);
  const account = accountOf(principal);
  if (account === undefined) return false;
  if (principal.kind === 'role' && named.arns.includes(principal.arn)) return true;
  // The account as principal denies everyone in it, but allows no one: it leaves that to identity-based policies.
  return effect === 'Deny' && (named.arns.includes(account) || named.arns.includes(`arn:aws:iam::${account}:root`));
}

function accountOf(principal: Principal): string | undefined {
  if (principal.kind === 'administrator') return principal.account;
  return principal.kind === 'role' ? principal.arn.split(':')[4] : undefined;
}

function conditionContext({ principal, context = {} }: AccessRequest): ConditionContext {
  // On one machine there is no TLS; local requests count as if they had it.
  const entries: [string, string][] = [
    ['aws:securetransport', 'true'],
    ['s3:tlsversion', '1.3'],
  ];
  const account = accountOf(principal);
  if (account !== undefined) entries.push(['aws:principalaccount', account]);
  if (account !== undefined) entries.push(['aws:principalarn', describePrincipal(principal)]);
  if (principal.kind === 'service') {
    entries.push(['aws:sourcearn', principal.sourceArn], ['aws:sourceaccount', principal.sourceAccount]);
  }
  for (const [key, value] of Object.entries(context)) entries.push([key.toLowerCase(), value]);
  return new Map(entries);
}
