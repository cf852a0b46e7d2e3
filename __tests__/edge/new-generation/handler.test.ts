import { ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { handler } from '../../../edge/new-generation/handler';
import { type Running, photo, run } from '../../local/running';

let local: Running;
beforeAll(async () => {
  local = await run();
  Object.assign(process.env, local.environment);
  await local.put('a.jpg', await photo(200, 100));
  await local.settle();
});
afterAll(() => local.close());

/** Sends what CloudFormation sends. @returns what it would be answered */
async function deploy(
  RequestType: 'Create' | 'Update' | 'Delete',
  generations: { before?: string; after: string },
  DistributionId = local.deployment.distributions[0]!.id,
): Promise<Record<string, string>> {
  const server = createServer();
  const answered = once(server, 'request').then(async ([request, response]) => {
    const body = await text(request);
    response.end();
    return { method: request.method, ...JSON.parse(body) } as Record<string, string>;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await handler({
    RequestType,
    RequestId: `${RequestType}-${generations.after}`,
    StackId: 'stack',
    LogicalResourceId: 'Change',
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signed`,
    ResourceProperties: { ServiceToken: 'arn', DistributionId, Generation: generations.after },
    OldResourceProperties: { DistributionId, Generation: generations.before },
  } as unknown as CloudFormationCustomResourceEvent);
  const answer = await answered;
  await new Promise((resolve) => server.close(resolve));
  return answer;
}

async function invalidations(): Promise<number> {
  const DistributionId = local.deployment.distributions[0]!.id;
  const { InvalidationList } = await local.cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  return InvalidationList!.Quantity!;
}

const cacheOf = async () => (await local.get('/100x100/a.jpg')).headers['x-cache'];

test('a deploy that changes the generation invalidates everything, once', async () => {
  await cacheOf();
  expect(await cacheOf()).toBe('Hit from cloudfront');
  const before = await invalidations();
  const answer = await deploy('Update', { before: 'aaaaaaaa', after: 'bbbbbbbb' });
  expect(answer).toMatchObject({ method: 'PUT', Status: 'SUCCESS', RequestId: 'Update-bbbbbbbb', StackId: 'stack' });
  expect(await cacheOf()).toBe('Miss from cloudfront');
  // Lambda may call twice for one request.
  await deploy('Update', { before: 'aaaaaaaa', after: 'bbbbbbbb' });
  expect(await invalidations()).toBe(before + 1);
});

test.each([
  ['the first deploy', 'Create', {}],
  ['a deploy with the same generation', 'Update', { before: 'cccccccc' }],
  ['the end of the stack', 'Delete', {}],
] as const)('%s invalidates nothing', async (_, type, before) => {
  const count = await invalidations();
  expect((await deploy(type, { ...before, after: 'cccccccc' })).Status).toBe('SUCCESS');
  expect(await invalidations()).toBe(count);
});

test('a failure is told to CloudFormation, which rolls back in place of waiting for an hour', async () => {
  const answer = await deploy('Update', { before: 'dddddddd', after: 'eeeeeeee' }, 'ENOTHING');
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('does not exist') });
});
