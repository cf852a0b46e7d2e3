import { isEnabled } from '../allow-list';
import { type Grammar, MODERN_FORMATS, VIEWER_CLASSES, type ViewerClass } from '../variant';

/** Per modern format: matches an `Accept` that lists it and does not rule it out with `q=0`. */
const ACCEPTED = MODERN_FORMATS.map(
  (format) => new RegExp('(^|,)\\s*image/' + format + '\\s*(;(?!\\s*q=0(\\.0*)?\\s*(,|;|$))[^,;]*)*(,|$)', 'i'),
);

/** The class of a viewer by its `Accept`. Wildcards promise nothing, since every browser sends them; `q=0` refuses. */
export function viewerClass(grammar: Grammar, accept: string): ViewerClass {
  let best: ViewerClass = 'auto';
  // A viewer in the class of a format takes the formats that are worse, too.
  for (let i = MODERN_FORMATS.length - 1; i >= 0 && (ACCEPTED[i] as RegExp).test(accept); i--) {
    if (isEnabled(grammar, VIEWER_CLASSES[i] as ViewerClass)) best = VIEWER_CLASSES[i] as ViewerClass;
  }
  return best;
}

/** The `Accept` of a viewer of a class, for requests that stand in for viewers. */
export const acceptOf = (one: ViewerClass): string =>
  MODERN_FORMATS.slice(VIEWER_CLASSES.indexOf(one))
    .map((format) => 'image/' + format)
    .concat('*/*')
    .join(',');
