import { z } from 'zod';

/** A list that names nothing twice: its first entry is a default, or its order matters. @param least entries */
export const listOf = <T extends z.ZodType<string>>(entry: T, least = 1) =>
  z
    .array(entry)
    .min(least)
    .refine((list) => new Set(list).size === list.length, 'expected each entry only once');
