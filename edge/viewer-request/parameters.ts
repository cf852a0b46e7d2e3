/** The parameters of a query: their names and values. */
import type { Values } from '../event-values';
import { has, oneOf } from '../variant';
import { isWhole } from '../size';
import { allowed, badOption, notAllowed } from './refusal';

/** The value of a parameter by its short name, decoded and in lower case; undefined if the query lacks it. */
type ParsedQuery = (name: string) => string | undefined;

/** Long names of parameters. The short name of each is its first letter. */
const LONG_NAMES = ['width', 'height', 'gravity', 'quality', 'format', 'fm'];

/** Reads the parameters with these short names, each at most once and with a value. A signature keeps its case. */
export function readQuery(query: Values, names: string[]): ParsedQuery {
  const values: Record<string, string> = {};
  for (const sent in query) {
    const written = sent.toLowerCase();
    const name = has(LONG_NAMES, written) ? written[0]! : written;
    if (!has(names, name)) continue;
    const parameter = query[sent]!;
    let value = '';
    try {
      const decoded = decodeURIComponent(parameter.value);
      value = decoded.toLowerCase();
      SIGNED: if (name === 's') value = decoded;
    } catch {
      // Refused below, like an empty value.
    }
    if (!value || values[name] || (parameter.multiValue && parameter.multiValue.length > 1)) {
      badOption('Give ' + written + ' once, with a value.');
    }
    values[name] = value;
  }
  return (name) => values[name];
}

/** Other spellings that are accepted. */
const standardOf = (text: string): string => (text === 'center' ? 'centre' : text === 'jpg' ? 'jpeg' : text);

/** The value of an option, which has to be known (else 400) and allowed here (else 403); undefined for no text. */
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

/** The value of `q`; undefined for no text. */
export function readQuality(text: string | undefined): number | undefined {
  if (text && !isWhole(text, 100)) badOption('quality is a whole number from 1 to 100.');
  return text ? +text : undefined;
}
