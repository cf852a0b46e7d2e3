/** Milliseconds of each run, by side. */
type Times<Side extends string> = Record<Side, number[]>;

const timed = async (run: () => unknown): Promise<number> => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

/**
 * Measures several ways of doing the same, in turn, so that a busy machine slows all of them down. Each runs once before,
 * unmeasured.
 */
export async function sideBySide<Side extends string>(
  runs: number,
  sides: Record<Side, () => unknown>,
): Promise<Times<Side>> {
  const names = Object.keys(sides) as Side[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Times<Side>;
  for (const name of names) await sides[name]();
  for (let run = 0; run < runs; run++) {
    for (const name of names) times[name].push(await timed(sides[name]));
  }
  return times;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of some ratios, and their spread in brackets. */
export function spread(ratios: number[]): string {
  const text = (value: number) => value.toFixed(2);
  return `${text(median(ratios))} (${text(Math.min(...ratios))}–${text(Math.max(...ratios))})`;
}

/** The ratio of one side to the other, run by run. */
export const ratio = (ours: number[], theirs: number[]): string =>
  spread(ours.map((value, run) => value / theirs[run]!));

/** A median, with significant digits only. */
export const ms = (values: number[]): string => {
  const value = median(values);
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
};
