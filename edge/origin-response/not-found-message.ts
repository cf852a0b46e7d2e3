import { type Grammar } from '../variant';
import { splitSize } from '../size';

/** Characters that a terminal may interpret, or a browser that takes the text for HTML. */
const SPECIAL = /[^ -~]|[<>&]/g;

/** A key in quotes, safe to show anywhere. */
const quoteKey = (key: string): string =>
  JSON.stringify(key).replace(SPECIAL, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Whether the first folder of a key would be a size if it were in lower case. */
function isMisspeltSize({ presets }: Grammar, key: string): boolean {
  const folder = key.slice(0, key.indexOf('/') + 1).replace(/(@[\d.]+x)?\/$/i, '');
  const name = folder.toLowerCase();
  if (name === folder) return false;
  return name === 'full' || splitSize(name) !== undefined || presets.some((preset) => preset.name === name);
}

/** The message of a 404: the key that was looked for, and what may be wrong with it. */
export const notFoundMessage = (grammar: Grammar, key: string): string =>
  `No original ${quoteKey(key)}.${isMisspeltSize(grammar, key) ? ' Sizes are lower case.' : ''}`;
