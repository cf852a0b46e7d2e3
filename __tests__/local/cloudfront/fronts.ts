/** Distributions for the tests of a file, each with its own origin. */
import type { ServerResponse } from 'node:http';
import { type Front, front } from './origin';

const open: Front[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Starts a distribution until the end of the test. */
export async function start(...args: Parameters<typeof front>): Promise<Front> {
  const started = await front(...args);
  open.push(started);
  return started;
}

/** An origin that answers every request the same. */
export const respond =
  (status: number, headers: Record<string, string>, body = 'body') =>
  (_: unknown, to: ServerResponse) =>
    void to.writeHead(status, headers).end(body);

/** `Hit`, `Miss` and the like. */
export const xCache = async (cdn: Front, path = '/a'): Promise<string> =>
  (await cdn.get(path)).headers['x-cache']!.split(' ')[0]!;
