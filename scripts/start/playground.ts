import type { LocalDistribution } from 'cloudfront-image-resizer-local';
import { BucketOriginals } from '../playground/originals';
import { withBucket } from '../playground/resizer';
import type { SentHeaders } from '../playground/sent-headers';
import { type Playground, startPlayground } from '../playground/server';
import type { RunningResizer } from './resizers';

/**
 * Starts the playground of what is run.
 * @param port of the distribution: the playground takes the next one where it is free
 * @param sent what AWS would have sent in place of what the distribution does
 */
export async function startLocalPlayground(
  { events }: LocalDistribution,
  resizers: RunningResizer[],
  port: number,
  sent?: SentHeaders,
): Promise<Playground> {
  const shown = resizers.map(({ name, url, grammar, place }) =>
    withBucket({ name, url, grammar, isLocal: true }, new BucketOriginals(place), {
      settled: () => events.settled(),
      sent,
    }),
  );
  return startPlayground(shown, port === 0 ? 0 : port + 1).catch(() => startPlayground(shown, 0));
}
