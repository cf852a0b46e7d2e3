import { wildcard } from './wildcard';

/** A request's condition keys, in lower case, with their values. */
export type ConditionContext = ReadonlyMap<string, string>;

/** Whether a request's context meets one line of a Condition block. */
export type Condition = (context: ConditionContext) => boolean;

type Compare = (actual: string, expected: string) => boolean;

interface Operator {
  compare: Compare;
  /** A negated operator holds if no value matches, and if the key is missing. */
  negated: boolean;
}

const KNOWN_KEYS = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  's3:delimiter',
  's3:max-keys',
  's3:prefix',
  's3:tlsversion',
]);

const like: Compare = (actual, expected) => wildcard(expected).test(actual);
const equals: Compare = (actual, expected) => actual === expected;
const equalsIgnoreCase: Compare = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();

/** Compares ARNs part by part: a wildcard does not match any of the first five colons. */
const arnLike: Compare = (actual, expected) => {
  const actualParts = arnParts(actual);
  return arnParts(expected).every((part, index) => wildcard(part).test(actualParts[index] ?? ''));
};

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function numeric(compare: (actual: number, expected: number) => boolean): Operator {
  return { compare: (actual, expected) => compare(Number(actual), Number(expected)), negated: false };
}

/** IAM User Guide: reference_policies_elements_condition_operators. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals, negated: false },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: true },
  StringLike: { compare: like, negated: false },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arnLike, negated: false },
  ArnLike: { compare: arnLike, negated: false },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: equalsIgnoreCase, negated: false },
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
};

/**
 * Parses an operator, a key and its values.
 *
 * @throws Error of one line for an operator or a key that is not modelled: to ignore it would grant too much
 */
export function parseCondition(operator: string, key: string, values: readonly string[]): Condition {
  const name = key.toLowerCase();
  if (!KNOWN_KEYS.has(name) && !name.startsWith('s3:x-amz-')) {
    throw new Error(`condition key ${key} is not modelled; known are ${[...KNOWN_KEYS].join(', ')} and s3:x-amz-*`);
  }
  if (operator === 'Null') return (context) => values.some((value) => (value === 'true') !== context.has(name));

  const ifExists = operator.endsWith('IfExists');
  const found = OPERATORS[ifExists ? operator.slice(0, -'IfExists'.length) : operator];
  if (!found) {
    throw new Error(
      `condition operator ${operator} is not modelled; known are ${Object.keys(OPERATORS).join(', ')}, the same with IfExists, and Null`,
    );
  }
  return (context) => {
    const actual = context.get(name);
    if (actual === undefined) return ifExists || found.negated;
    return values.some((expected) => found.compare(actual, expected)) !== found.negated;
  };
}
