import { z } from 'zod';

/** A list without duplicates, whose order matters. @param least the fewest entries */
export const listOf = <T extends z.ZodType<string>>(entry: T, least = 1) =>
  z
    .array(entry)
    .min(least)
    .refine((list) => new Set(list).size === list.length, 'expected each entry only once');
