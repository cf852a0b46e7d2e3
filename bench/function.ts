import type { CloudFrontResponseEvent, CloudFrontResultResponse, Context } from 'aws-lambda';
import { join } from 'node:path';
import { originResponseEvent } from '../local/src/cloudfront/origin-response';
import type { LambdaOutcome } from '../local/src/functions/function';
import { startLambda } from '../local/src/functions/lambda';
import type { LocalBench } from './local';

/** The deployed rendering function: its asset, and the events that CloudFront would send. */
interface RenderingFunction {
  /** Its folder in the assembly. */
  asset: string;
  /** The event for a variant that S3 does not have. @param path canonical */
  eventFor(path: string): CloudFrontResponseEvent;
}

/** Runs the function as Lambda does, and counts all of its processes. */
export function startFunction(local: LocalBench): {
  ask(path: string): Promise<LambdaOutcome>;
  close(): Promise<void>;
} {
  const { deployment, environment } = local;
  const { LambdaFunctionARN } =
    deployment.distributions[0]!.config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!;
  const lambda = startLambda({
    definition: deployment.functions.find(({ versions }) => versions.some(({ arn }) => arn === LambdaFunctionARN))!,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      sessionToken: environment['AWS_SESSION_TOKEN'] ?? '',
    },
    endpoints: { s3: environment['AWS_ENDPOINT_URL_S3']! },
    log: () => undefined,
  });
  const { eventFor } = renderingFunction(local);
  return { ask: (path) => lambda.invoke(eventFor(path)), close: () => lambda.close() };
}

export function renderingFunction({ deployment }: LocalBench): RenderingFunction {
  const { config, domainName } = deployment.distributions[0]!;
  const { LambdaFunctionARN } = config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!;
  const { assetDirectory } = deployment.functions.find(({ versions }) =>
    versions.some(({ arn }) => arn === LambdaFunctionARN),
  )!;
  const missing = { status: 404, headers: {}, body: Buffer.alloc(0) };
  const about = { requestId: 'bench', clientIp: '127.0.0.1', method: 'GET', headers: {} };
  return {
    asset: assetDirectory,
    eventFor: (uri) =>
      originResponseEvent({ ...about, uri }, missing, config.Origins[0]!, { id: 'EBENCH', domainName }),
  };
}

const CONTEXT = { functionName: 'us-east-1.bench', getRemainingTimeInMillis: () => 30_000 } as unknown as Context;

type Handler = (event: CloudFrontResponseEvent, context: Context) => Promise<CloudFrontResultResponse>;

/** Loads the function into this process, with the local S3. @throws Error for an answer without an image */
export function load({ asset, eventFor }: RenderingFunction, { environment }: LocalBench) {
  Object.assign(process.env, environment);
  const { handler } = require(join(asset, 'index.js')) as { handler: Handler };
  return async (path: string): Promise<CloudFrontResultResponse> => {
    const answer = await handler(eventFor(path), CONTEXT);
    if (answer.status !== '200' && answer.status !== '302')
      throw new Error(`${path} is answered with ${answer.status}`);
    return answer;
  };
}
