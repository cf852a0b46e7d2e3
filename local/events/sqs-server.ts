import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import { type Principal, describePrincipal, evaluate } from '../iam/evaluate';
import type { Identities } from '../s3/identities';
import { type ServiceRequest, principalOf } from '../iam/authenticate';
import type { Queue } from './queue';
import { ACTIONS, type Action } from './sqs-actions';
import { SqsError } from './sqs-error';

export interface SqsOptions {
  queues: readonly Queue[];
  account: string;
  clock: Clock;
  faults: Faults | undefined;
  /** Who may sign. Without it, every request is the account's own. */
  identities: Identities | undefined;
  log: (line: string) => void;
}

export interface SqsServer {
  /** Without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const TARGET_PREFIX = 'AmazonSQS.';

/** Serves what functions use of SQS's API on 127.0.0.1, in the JSON protocol that the SDKs speak. */
export async function startSqs(options: SqsOptions): Promise<SqsServer> {
  const server = createServer((request, response) => void answer(options, urlOf(server.address()), request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: urlOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const urlOf = (address: AddressInfo | string | null): string => `http://127.0.0.1:${(address as AddressInfo).port}`;

/** Never rejects. */
async function answer(
  options: SqsOptions,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = String(request.headers['x-amz-target'] ?? '').replace(TARGET_PREFIX, '');
  const hit = options.faults?.match(`sqs:${name}`);
  if (hit?.latencyMs) await new Promise<void>((resolve) => options.clock.after(hit.latencyMs, resolve));
  if (hit?.outcome?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  try {
    if (hit?.outcome?.kind === 'throttle') throw new SqsError('RequestThrottled', 'Rate exceeded');
    if (hit?.outcome?.kind === 'status') {
      throw new SqsError('InternalFailure', 'A fault that was asked for', { status: hit.outcome.status });
    }
    const body = JSON.stringify(await act(options, url, name, request));
    if (hit?.outcome?.kind === 'cut') cut(response, body);
    else reply(response, 200, body);
  } catch (error) {
    const known = error instanceof SqsError ? error : new SqsError('InternalFailure', String(error), { status: 500 });
    options.log(`sqs: ${name} refused: ${known.code}: ${known.message}`);
    const body = JSON.stringify({ __type: `com.amazonaws.sqs#${known.code}`, message: known.message });
    reply(response, known.status, body, { 'x-amzn-query-error': `${known.queryCode};Sender` });
  }
}

async function act(options: SqsOptions, url: string, name: string, request: IncomingMessage): Promise<object> {
  const service: ServiceRequest = {
    method: request.method!,
    path: request.url!,
    headers: request.headers as Record<string, string>,
    body: await text(request),
  };
  const principal = await authenticate(options, service);
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action)
    throw new SqsError('UnsupportedOperation', `${name || 'A request without x-amz-target'} is not modelled.`);
  const input = JSON.parse(service.body || '{}') as { QueueUrl?: string; QueueName?: string };
  const queue = options.queues.find(({ definition }) => definition.name === queueName(input));
  if (!queue) {
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.', {
      queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  }
  authorise(principal, action, queue);
  const queueUrl = `${url}/${options.account}/${queue.definition.name}`;
  return action.run({ queue, url: queueUrl, input, senderId: describePrincipal(principal) });
}

/** SQS takes the queue from the URL's path, whatever its host. */
const queueName = ({ QueueUrl, QueueName }: { QueueUrl?: string; QueueName?: string }): string | undefined =>
  QueueName ?? QueueUrl?.split('/').at(-1);

async function authenticate({ identities, account }: SqsOptions, request: ServiceRequest): Promise<Principal> {
  if (!identities) return { kind: 'administrator', account };
  const principal = await principalOf(request, identities);
  if (principal) return principal;
  throw new SqsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 });
}

function authorise(principal: Principal, { permission }: Action, { definition }: Queue): void {
  const { allowed, reason } = evaluate({ principal, action: permission, resource: definition.arn }, definition.policy);
  if (allowed) return;
  const who = describePrincipal(principal);
  throw new SqsError(
    'AccessDeniedException',
    `User: ${who} is not authorized to perform: ${permission.toLowerCase()} on resource: ${definition.arn} ${reason}`,
    { status: 403, queryCode: 'AccessDenied' },
  );
}

const headersFor = (body: string): Record<string, string | number> => ({
  'content-type': CONTENT_TYPE,
  'content-length': Buffer.byteLength(body),
  'x-amzn-requestid': randomUUID(),
});

function reply(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headersFor(body), ...headers }).end(body);
}

/** Breaks the answer off half way: what was asked for has been done. */
function cut(response: ServerResponse, body: string): void {
  response.writeHead(200, headersFor(body)).write(body.slice(0, body.length / 2), () => response.destroy());
}
