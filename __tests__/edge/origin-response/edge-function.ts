import type { CloudFrontResultResponse } from 'aws-lambda';
import { requestOrigin } from '../../../local/src/cloudfront/origin';
import { originResponseEvent } from '../../../local/src/cloudfront/origin-response';
import { startLambda } from '../../../local/src/functions/lambda';
import { issueCredentials } from '../../../local/src/iam/identities';
import type { Running } from '../../local/running';

/** An answer of the function; without a body, S3's stays. */
export interface EdgeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | undefined;
}

export interface EdgeFunction {
  /** Asks S3 for a variant with these headers, and the function what is to become of S3's response. */
  over(
    uri: string,
    headers?: Record<string, string>,
    method?: 'GET' | 'HEAD',
  ): Promise<{ s3: number; answer: EdgeAnswer }>;
  close(): Promise<void>;
}

/** The function of the template without CloudFront before it, for requests that CloudFront hardly ever forwards. */
export function startEdgeFunction(local: Running): EdgeFunction {
  const { deployment } = local;
  const { identities, url } = local.s3!;
  const distribution = deployment.distributions[0]!;
  const origin = distribution.config.Origins[0]!;
  const arn = distribution.config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!.LambdaFunctionARN;
  const definition = deployment.functions.find(({ versions }) => versions.some((version) => version.arn === arn))!;
  const role = deployment.roles.find((each) => each.arn === definition.roleArn)!;
  const lambda = startLambda({
    definition,
    credentials: issueCredentials(identities, { kind: 'role', ...role }),
    endpoints: { s3: url },
    log: (line) => void local.logged.push(line),
  });
  const bucket = {
    endpoint: new URL(url),
    bucket: local.buckets.variants,
    region: deployment.buckets.find(({ name }) => name === local.buckets.variants)!.region,
    credentials: issueCredentials(identities, { kind: 'administrator', account: deployment.account }),
  };
  return {
    over: async (uri, headers = {}, method = 'GET') => {
      const request = { method, uri, headers, requestId: '1', clientIp: '127.0.0.1' };
      const response = await requestOrigin(request, origin, { bucket }, () => undefined);
      const outcome = await lambda.invoke(originResponseEvent(request, response, origin, distribution));
      if (outcome.kind !== 'answer') throw new Error(outcome.message);
      const value = outcome.value as CloudFrontResultResponse;
      const flat = Object.entries(value.headers ?? {}).map(([name, values]) => [name, values[0]!.value]);
      return {
        s3: response.status,
        answer: { status: Number(value.status), headers: Object.fromEntries(flat), body: value.body },
      };
    },
    close: () => lambda.close(),
  };
}
