import { z } from 'zod';
import { type Condition, parseCondition } from './conditions';
import { wildcard } from './wildcard';

/** Actions or resources; `negated` for NotAction and NotResource. */
export interface Patterns {
  expressions: readonly RegExp[];
  negated: boolean;
}

/** The Principal of a resource-based policy. */
export interface PrincipalPatterns {
  anyone: boolean;
  /** ARNs of roles, or `arn:aws:iam::ACCOUNT:root`. */
  arns: readonly string[];
  /** Such as `cloudfront.amazonaws.com`. */
  services: readonly string[];
}

export interface Statement {
  /** The Sid, or the position in the policy, for messages. */
  name: string;
  effect: 'Allow' | 'Deny';
  actions: Patterns;
  /** Missing only in trust policies, which have no resource. */
  resources: Patterns | undefined;
  /** Missing in identity-based policies. */
  principals: PrincipalPatterns | undefined;
  conditions: readonly Condition[];
}

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const scalars = z.union([scalar.transform((value) => [value]), z.array(scalar)]);

const statementShape = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).optional(),
});

const documentShape = z.object({
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((value) => [value])]),
});

/**
 * Parses a policy document whose intrinsic functions are resolved.
 *
 * @param where the policy's name in errors, such as its logical id
 * @throws Error of one line for anything that is not modelled
 */
export function parsePolicy(document: unknown, where: string): Statement[] {
  const parsed = documentShape.safeParse(document);
  if (!parsed.success) throw new Error(`${where}: a policy document needs a Statement`);
  return parseStatements(parsed.data.Statement, where);
}

/** As `parsePolicy`, for a list of statements. */
export function parseStatements(statements: readonly unknown[], where: string): Statement[] {
  return statements.map((statement, index) => parseStatement(statement, `${where}, statement ${index + 1}`));
}

function parseStatement(input: unknown, where: string): Statement {
  const parsed = statementShape.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${where}: ${[...(issue?.path ?? []), issue?.message].join(' ')}`);
  }
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Principal, Condition } = parsed.data;
  const actions = patterns(Action, NotAction, true);
  if (!actions) throw new Error(`${where}: needs either Action or NotAction`);
  rejectVariables([...(Resource ?? []), ...(NotResource ?? [])], where);
  return {
    name: Sid ?? where,
    effect: Effect,
    actions,
    resources: patterns(Resource, NotResource, false),
    principals: Principal && principals(Principal),
    conditions: conditions(Condition ?? {}, where),
  };
}

function patterns(positive: string[] | undefined, negative: string[] | undefined, ignoreCase: boolean) {
  const list = positive ?? negative;
  if (!list || (positive && negative)) return undefined;
  return { expressions: list.map((pattern) => wildcard(pattern, { ignoreCase })), negated: positive === undefined };
}

function principals(principal: '*' | { AWS?: string[] | undefined; Service?: string[] | undefined }) {
  if (principal === '*') return { anyone: true, arns: [], services: [] };
  const arns = principal.AWS ?? [];
  return { anyone: arns.includes('*'), arns, services: principal.Service ?? [] };
}

function conditions(block: Record<string, Record<string, string[]>>, where: string): Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      rejectVariables(values, where);
      try {
        return parseCondition(operator, key, values);
      } catch (error) {
        throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
      }
    }),
  );
}

function rejectVariables(values: readonly string[], where: string): void {
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) throw new Error(`${where}: policy variables are not modelled: ${variable}`);
}
