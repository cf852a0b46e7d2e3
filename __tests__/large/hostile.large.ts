import { type Running, run } from '../local/running';
import { testOversized, testSmoke } from '../scripts/hostile-cases';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

testOversized();
testSmoke(() => local);
