/** The parameters of a query: their names, and what their values have to be. */
import type { Value, Values } from '../event-values';
import { has, oneOf } from '../variant';
import { isWhole } from '../size';
import { allowed, badOption, notAllowed } from './refusal';

/** Parameters by their short names, decoded and in lower case; undefined where one is not given. */
type ParsedQuery = (name: string) => string | undefined;

/** Longer names of parameters, each of which has its first letter for a short one. */
const LONG_NAMES = ['width', 'height', 'gravity', 'quality', 'format', 'fm'];

/** Reads the parameters of these short names, each at most once and with a value. A signature keeps its case. */
export function readQuery(query: Values, names: string[]): ParsedQuery {
  const values: Record<string, string> = {};
  for (const sent in query) {
    const written = sent.toLowerCase();
    const name = has(LONG_NAMES, written) ? (written[0] as string) : written;
    if (!has(names, name)) continue;
    const parameter = query[sent] as Value;
    let value = '';
    try {
      const decoded = decodeURIComponent(parameter.value);
      value = decoded.toLowerCase();
      SIGNED: if (name === 's') value = decoded;
    } catch {
      // Refused below, as if it were empty.
    }
    if (!value || values[name] || (parameter.multiValue && parameter.multiValue.length > 1)) {
      badOption('Give ' + written + ' once, with a value.');
    }
    values[name] = value;
  }
  return (name) => values[name];
}

/** The usual spelling of a value. */
const standardOf = (text: string): string => (text === 'center' ? 'centre' : text === 'jpg' ? 'jpeg' : text);

/** The value of an option, which has to be known (400) and usable (403); undefined where it is not given. */
export function readChoice<T extends string>(
  name: string,
  text: string | undefined,
  known: readonly T[],
  usable: readonly T[],
): T | undefined {
  if (!text) return undefined;
  const value = oneOf(known, standardOf(text));
  if (value && has(usable, value)) return value;
  const message = 'No such ' + name + ' here.' + allowed(usable);
  return value ? notAllowed(message) : badOption(message);
}

/** The value of `q`; undefined where it is not given. */
export function readQuality(text: string | undefined): number | undefined {
  if (text && !isWhole(text, 100)) badOption('quality is a whole number from 1 to 100.');
  return text ? +text : undefined;
}
