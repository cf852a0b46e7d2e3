import { Clock } from '../../local/src/clock';

/** Timers that keep this process running. */
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a scheduled task does not keep the process running', () => {
  const before = timers();
  const clock = new Clock();
  const { cancel } = clock.after(60_000, () => undefined);
  clock.advance(1_000);
  expect(timers()).toBe(before);
  cancel();
});
