import { isEnabled } from '../allow-list';
import { type Grammar, MODERN_FORMATS, VIEWER_CLASSES, type ViewerClass } from '../variant';

/** For each modern format: matches an `Accept` that lists the format without `q=0`. */
const ACCEPTED = MODERN_FORMATS.map(
  (format) => new RegExp('(^|,)\\s*image/' + format + '\\s*(;(?!\\s*q=0(\\.0*)?\\s*(,|;|$))[^,;]*)*(,|$)', 'i'),
);

/**
 * The class of a viewer by its `Accept`. It becomes the target of the variant, so it is in the path and in the cache key.
 * Wildcards do not count, since every browser sends them.
 */
export function viewerClass(grammar: Grammar, accept: string): ViewerClass {
  let best: ViewerClass = 'auto';
  // A viewer of a class has to accept all formats below its own, too.
  for (let i = MODERN_FORMATS.length - 1; i >= 0 && ACCEPTED[i]!.test(accept); i--) {
    if (isEnabled(grammar, VIEWER_CLASSES[i]!)) best = VIEWER_CLASSES[i]!;
  }
  return best;
}

/** The `Accept` of a viewer of this class, for requests in place of a viewer. */
export const acceptOf = (one: ViewerClass): string =>
  MODERN_FORMATS.slice(VIEWER_CLASSES.indexOf(one))
    .map((format) => 'image/' + format)
    .concat('*/*')
    .join(',');
