/** The value of a piecewise linear function through points, whose places ascend. @param at from the first to the last place */
export function interpolate(places: readonly number[], values: readonly number[], at: number): number {
  const end = Math.max(
    1,
    places.findIndex((place) => place >= at),
  );
  const [from, to] = [places[end - 1]!, places[end]!];
  const [low, high] = [values[end - 1]!, values[end]!];
  return low + ((at - from) / (to - from)) * (high - low);
}
