/** Splits a list into batches of at most `size`, in order, for APIs of AWS that limit a request. */
export const inBatches = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
