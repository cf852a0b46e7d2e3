import fc from 'fast-check';
import { type Action, Interleaved } from './interleaved';

/** One, since only what happens to the same variant can interleave badly. */
const VARIANT = '100x100-cover-focus.auto';

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), variant: fc.constant(VARIANT) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('overwrite' as const),
      version: fc.constantFrom('second', 'third', 'first', 'first 0.3,0.6'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'remove' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'repeat the event' as const }) },
);

/**
 * Runs overwrites, removals and requests against passes in so many interleavings.
 * @throws Error with the smallest history after which something stems from an old original
 */
export async function checkInterleavings(runs: number, seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(action, { minLength: 2, maxLength: 9 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 11 })),
      async (scheduler, actions, dice) => {
        // Sooner or later AWS works again.
        let failuresLeft = 12;
        const fails = () => dice.next().value === 0 && failuresLeft-- > 0;
        const world = new Interleaved(scheduler, fails);
        const done = world.run(actions);
        await scheduler.waitFor(done);
        const of = (held: Map<string, string>) => [...held.values()].filter((version) => version !== world.original);
        if (of(world.stored).length > 0) throw new Error('A stored variant stems from an old original.');
        if (of(world.cached).length > 0) throw new Error('A cached answer stems from an old original.');
      },
    ),
    { numRuns: runs, seed },
  );
}
