import type { CloudFrontResultResponse } from 'aws-lambda';
import { originResponseEvent } from '../../local/src/cloudfront/origin-response';
import type { LambdaFunction } from '../../local/src/functions/function';
import { startLambda } from '../../local/src/functions/lambda';
import { BOMBS } from '../../bench/memory/costly';
import { type Running, photo, run } from '../local/running';

/** Instances of the function, each with a bomb at the same time. */
const SIDE_BY_SIDE = [1, 4, 8];

/** What a viewer may be told of a bomb: it cost less than was feared, it is refused, or the moment was a bad one. */
const ANSWERS = new Set(['200', '302', '415', '503']);

let local: Running;
let picture: Buffer;
const bombs: Record<string, Buffer> = {};
beforeAll(async () => {
  local = await run();
  picture = await photo(800, 600);
  for (const [name, make] of Object.entries(BOMBS)) bombs[name] = await make();
});
afterAll(() => local.close());

/** As many instances as run at once. */
function start(maxProcesses: number): LambdaFunction {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_S3 } = local.environment;
  const { config } = local.deployment.distributions[0]!;
  const arn = config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!.LambdaFunctionARN;
  return startLambda({
    definition: local.deployment.functions.find(({ versions }) => versions.some((version) => version.arn === arn))!,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID!,
      secretAccessKey: AWS_SECRET_ACCESS_KEY!,
      sessionToken: AWS_SESSION_TOKEN ?? '',
    },
    endpoints: { s3: AWS_ENDPOINT_URL_S3! },
    log: () => undefined,
    maxProcesses,
  });
}

async function ask(lambda: LambdaFunction, key: string, size: string): Promise<string> {
  const definition = local.deployment.distributions[0]!;
  const event = originResponseEvent(
    { method: 'GET', uri: `/${key}/${size}.auto.avif`, headers: {}, requestId: '1', clientIp: '127.0.0.1' },
    { status: 404, headers: {}, body: Buffer.alloc(0) },
    definition.config.Origins[0]!,
    definition,
  );
  const outcome = await lambda.invoke(event);
  if (outcome.kind !== 'answer') return `${outcome.kind}: ${outcome.message}`;
  return (outcome.value as CloudFrontResultResponse).status;
}

describe.each(SIDE_BY_SIDE)('%i side by side', (count) => {
  test.each(Object.keys(BOMBS))('of %s are answered, and pictures are made at once', async (name) => {
    const lambda = start(count);
    await local.put(name, bombs[name]!);
    await local.put('picture.jpg', picture);
    const each = Array.from({ length: count });
    try {
      for (const size of ['320x', 'full-inside']) {
        const answers = await Promise.all(each.map(() => ask(lambda, name, size)));
        expect(answers.filter((answer) => !ANSWERS.has(answer))).toEqual([]);
        const pictures = await Promise.all(each.map(() => ask(lambda, 'picture.jpg', '320x')));
        expect(new Set(pictures)).toEqual(new Set(['200']));
      }
    } finally {
      await lambda.close();
    }
  });
});
