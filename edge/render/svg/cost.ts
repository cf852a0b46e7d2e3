import type { Svg, SvgElement } from './read';

/** What it takes at worst to draw an SVG: measured, with every shape as large as the canvas. */
export interface Cost {
  /** Milliseconds, whatever the size of the output. */
  fixed: number;
  /** Milliseconds for a megapixel of output. */
  paint: number;
  /** Canvases that are held at once, besides the picture's own. */
  layers: number;
}

const NONE: Cost = { fixed: 0, paint: 0, layers: 0 };
const BOUNDLESS: Cost = { fixed: Infinity, paint: Infinity, layers: Infinity };

/** Elements and references nested deeper than this are refused; drawings stay far below. */
const MAX_NESTING = 600;

const SHAPES = new Set(['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'use']);

/** Paint of elements that are no shapes, for each place where they are used. */
const PAINT: Record<string, number> = { linearGradient: 10, radialGradient: 17, mask: 24, clipPath: 2, image: 10 };

const FILTER_PRIMITIVE = /^fe(?!Func|MergeNode|Distant|Point|Spot)/;
const FILTER_PAINT = 280;
const FILTER_FUNCTION = /\b(?:blur|drop-shadow|brightness|contrast|grayscale|hue-rotate|invert|saturate|sepia)\(/gi;
const BLEND_PAINT = 25;

const LAYER = /\b(?:opacity|mask|clip-path|filter|mix-blend-mode|isolation)\b/;

/** What a path's command takes, and into how many straight lines it comes, about. Flags of arcs may be run together. */
const COMMANDS: Record<string, { numbers: number; lines: number }> = {
  m: { numbers: 2, lines: 1 },
  l: { numbers: 2, lines: 1 },
  h: { numbers: 1, lines: 1 },
  v: { numbers: 1, lines: 1 },
  q: { numbers: 4, lines: 5 },
  t: { numbers: 2, lines: 5 },
  s: { numbers: 4, lines: 5 },
  c: { numbers: 6, lines: 5 },
  a: { numbers: 5, lines: 20 },
};

const countNumbers = (text: string): number => text.match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi)?.length ?? 0;

/** Straight lines that a shape comes to. */
function linesOf({ attributes: { d, points } }: SvgElement): number {
  let lines = countNumbers(points ?? '') / 2;
  for (const [, letter, values] of (d ?? '').matchAll(/([mlhvqtsca])([^mlhvqtscaz]*)/gi)) {
    const command = COMMANDS[letter!.toLowerCase()]!;
    lines += Math.ceil(countNumbers(values!) / command.numbers) * command.lines;
  }
  return lines;
}

const referencesIn = (css: string): string[] =>
  [...css.matchAll(/url\(\s*["']?\s*#([^"')\s]+)/gi)].map(([, id]) => id!);

const countFilters = (css: string): number => css.match(FILTER_FUNCTION)?.length ?? 0;

const add = (a: Cost, b: Cost, times = 1): Cost => ({
  fixed: a.fixed + b.fixed * times,
  paint: a.paint + b.paint * times,
  layers: Math.max(a.layers, b.layers),
});

/** An element's own styles: its attributes, with their names. */
const stylesOf = ({ attributes }: SvgElement): string =>
  Object.entries(attributes)
    .map(([name, value]) => (name === 'd' || name === 'href' || name === 'points' ? '' : `${name}:${value};`))
    .join('');

const isDashed = (element: SvgElement): boolean => /dasharray:(?!\s*(?:none|;))/.test(stylesOf(element));

/** An element whose dashes are its own, and not those of what is inside of it or refers to it. */
const isLine = ({ name }: SvgElement): boolean => name !== 'use' && SHAPES.has(name);

/** The cost of an element by itself, wherever it is drawn. */
function ownCost(element: SvgElement, styles: string, dashed: boolean): Cost {
  const { name, characters } = element;
  const lines = linesOf(element);
  const filters = countFilters(styles) + (FILTER_PRIMITIVE.test(name) ? 1 : 0);
  // Lines may cross each other all over, and a line of text is laid out again and again to break it.
  const crossings = 2.5e-5 * lines ** 2 + 7e-5 * characters ** 2;
  return {
    fixed: 0.1 + crossings + 0.003 * lines + (dashed ? 3.5 * lines : 0),
    paint:
      (SHAPES.has(name) ? 0.5 : 0) +
      (PAINT[name] ?? 0) +
      filters * FILTER_PAINT +
      (/mix-blend-mode/.test(styles) ? BLEND_PAINT : 0),
    layers: filters,
  };
}

/** A name that is given twice counts for both: which of them the renderer takes is its own affair. */
function groupById(elements: SvgElement[]): Map<string, SvgElement[]> {
  const byId = new Map<string, SvgElement[]>();
  for (const element of elements) {
    const { id } = element.attributes;
    if (id) byId.set(id, [...(byId.get(id) ?? []), element]);
  }
  return byId;
}

/**
 * Bounds the cost of drawing an SVG from its text, before anything is drawn. What is referred to is counted at each
 * place that refers to it, so that references to references cost what they multiply to; a circle of them has no bound.
 * @param images milliseconds that the embedded picture of an element takes to decode
 */
export function costOf({ root, elements, css }: Svg, images: ReadonlyMap<SvgElement, number>): Cost {
  const byId = groupById(elements);
  const known = new Map<SvgElement, Cost>();
  const allDashed = css.includes('dasharray') || elements.some((element) => !isLine(element) && isDashed(element));

  const referred = (ids: string[], nesting: number): Cost =>
    ids.flatMap((id) => byId.get(id) ?? []).reduce((sum, target) => add(sum, visit(target, nesting + 1)), NONE);

  const compute = (element: SvgElement, nesting: number): Cost => {
    const styles = stylesOf(element);
    const href = element.attributes['href'];
    const ids = [...referencesIn(styles), ...(href?.startsWith('#') && element.name !== 'a' ? [href.slice(1)] : [])];
    const own = add(ownCost(element, styles, allDashed || isDashed(element)), {
      ...NONE,
      fixed: images.get(element) ?? 0,
    });
    const drawn = element.children.reduce((sum, child) => add(sum, visit(child, nesting + 1)), own);
    // A marker is drawn at every corner of a line.
    const corners = /marker/.test(styles) ? Math.max(1, linesOf(element)) : 1;
    const all = add(drawn, referred(ids, nesting), corners);
    const layered = LAYER.test(styles) || LAYER.test(css);
    // The primitives of a filter each hold a canvas until the last has run.
    const primitives = element.name === 'filter' ? element.children.length : 0;
    return { ...all, layers: all.layers + primitives + (layered ? 1 : 0) };
  };

  const visit = (element: SvgElement, nesting: number): Cost => {
    const cost = known.get(element);
    if (cost) return cost;
    if (nesting > MAX_NESTING) return BOUNDLESS;
    // Until it is known, whoever comes back to it is in a circle.
    known.set(element, BOUNDLESS);
    const computed = compute(element, nesting);
    known.set(element, computed);
    return computed;
  };

  const total = visit(root, 0);
  return add(
    total,
    sheetCost(css, elements, (id) => referred([id], 0)),
  );
}

/** What a style sheet adds: it may apply to every element, whatever its selectors are. */
function sheetCost(css: string, elements: SvgElement[], referred: (id: string) => Cost): Cost {
  if (!css) return NONE;
  const costs = [...new Set(referencesIn(css))].map(referred);
  const dearest: Cost = {
    fixed: Math.max(0, ...costs.map(({ fixed }) => fixed)),
    paint: Math.max(0, ...costs.map(({ paint }) => paint)) + countFilters(css) * FILTER_PAINT,
    layers: Math.max(0, ...costs.map(({ layers }) => layers)) + countFilters(css),
  };
  const selecting = 5e-4 * css.split('{').length * elements.length;
  const corners = /marker/.test(css) ? elements.reduce((sum, element) => sum + linesOf(element), 0) : 0;
  const blended = /mix-blend-mode/.test(css) ? BLEND_PAINT * elements.length : 0;
  return add({ fixed: selecting, paint: blended, layers: 0 }, dearest, elements.length + corners);
}
