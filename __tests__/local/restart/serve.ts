/** A local distribution in a process of its own, which can be killed. It answers the parent's `settle`. */
import { startLocalDistribution } from '../../../local/src/local-distribution';

async function main(): Promise<void> {
  const local = await startLocalDistribution({
    cdkOut: process.env['CDK_OUT']!,
    data: process.argv[2]!,
    port: 0,
    log: () => undefined,
  });
  process.on('message', () => {
    // Past the batching window, and then past the repeated pass.
    const pass = async () => {
      local.clock.advance(60_000);
      await local.events.settled();
    };
    void pass()
      .then(pass)
      .then(pass)
      .then(() => process.send!('settled'));
  });
  const { url, buckets, environment } = local;
  process.send!({ url, buckets, environment });
}

main().catch((error: unknown) => {
  console.error(String(error));
  process.exit(1);
});
