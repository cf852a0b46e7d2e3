import type { LocalDistribution } from 'cloudfront-image-resizer-local';
import type { LocalReports } from '../playground/local-reports';
import { BucketOriginals } from '../playground/originals';
import { withBucket } from '../playground/resizer';
import { type Playground, startPlayground } from '../playground/server';
import { headersSignedWith } from '../signed-cookies';
import type { RunningResizer } from './resizers';
import type { ViewerKey } from './viewer-key';

interface PlaygroundOptions {
  /** Port of the distribution. The playground takes the next one if it is free. */
  port: number;
  reports: LocalReports;
  /** A key that the local distribution trusts. Without it, pictures for members are refused. */
  viewerKey?: ViewerKey;
}

/** Starts the playground of a local distribution. */
export async function startLocalPlayground(
  { events }: LocalDistribution,
  resizers: RunningResizer[],
  { port, reports, viewerKey }: PlaygroundOptions,
): Promise<Playground> {
  const shown = resizers.map(({ name, url, grammar, place, renderer, members }) => {
    const info = { name, url, grammar, isLocal: true, ...(members && { members }) };
    const headers = members && viewerKey ? headersSignedWith(url, viewerKey.id, viewerKey.privateKey) : {};
    const run = { reports, renderer, settled: () => events.settled() };
    return withBucket(info, new BucketOriginals(place), headers, run);
  });
  return startPlayground(shown, port === 0 ? 0 : port + 1).catch(() => startPlayground(shown, 0));
}
