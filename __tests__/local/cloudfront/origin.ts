import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../../../local/src/clock';
import type { Behavior } from '../../../local/src/cloudfront/behaviors';
import { Distribution } from '../../../local/src/cloudfront/distribution';
import { type OpenQuestions, PESSIMISTIC } from '../../../local/src/cloudfront/open-questions';
import type {
  CachePolicyConfig,
  DistributionConfig,
  ResponseHeadersPolicyConfig,
} from '../../../local/src/deployment/deployment';
import type { CloudFrontFunction, LambdaFunction, LambdaOutcome } from '../../../local/src/functions/function';
import { type Answer, send } from '../running';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Front {
  /** @param region index of the edge's region */
  get(path: string, headers?: Record<string, string>, method?: string, region?: number): Promise<Answer>;
  /** Requests that reached the origin. */
  asked: IncomingMessage[];
  clock: Clock;
  logged: string[];
  distribution: Distribution;
  close(): Promise<void>;
}

interface Setup {
  policy?: Partial<Pick<CachePolicyConfig, 'MinTTL' | 'DefaultTTL' | 'MaxTTL'>>;
  queryStrings?: string[];
  errors?: DistributionConfig['CustomErrorResponses'];
  headersPolicy?: Omit<ResponseHeadersPolicyConfig, 'Name'>;
  open?: Partial<OpenQuestions>;
  config?: Partial<DistributionConfig>;
  /** More behaviors, before the default one. */
  behaviors?: (ordinary: Behavior) => Behavior[];
  regions?: string[];
  /** The answer or the failure of the origin-response function. */
  lambda?: (event: any) => Promise<LambdaOutcome> | LambdaOutcome;
  /** The viewer-request function. */
  viewer?: (event: any) => unknown;
}

/** A distribution with these settings, in front of the test's origin. */
export async function front(handler: Handler, setup: Setup = {}): Promise<Front> {
  const asked: IncomingMessage[] = [];
  const origin = createServer((request, response) => {
    asked.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const endpoint = new URL(`http://127.0.0.1:${(origin.address() as AddressInfo).port}`);
  const clock = new Clock();
  const logged: string[] = [];
  const lambda: LambdaFunction | undefined = setup.lambda && {
    name: 'test',
    invoke: async (event) => setup.lambda!(event),
    close: async () => undefined,
  };
  const viewer: CloudFrontFunction | undefined = setup.viewer && {
    name: 'test',
    engine: 'vm',
    run: async (event: CloudFrontFunctionsEvent) => ({ kind: 'answer', value: setup.viewer!(event) }),
    close: async () => undefined,
  };
  const behavior: Behavior = {
    config: { TargetOriginId: 'origin', CachePolicyId: 'policy', ViewerProtocolPolicy: 'allow-all' },
    cachePolicy: {
      Name: 'policy',
      MinTTL: 0,
      DefaultTTL: 100,
      MaxTTL: 1000,
      ...setup.policy,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'none' },
        QueryStringsConfig: setup.queryStrings
          ? { QueryStringBehavior: 'whitelist', QueryStrings: setup.queryStrings }
          : { QueryStringBehavior: 'none' },
        EnableAcceptEncodingGzip: false,
      },
    },
    ...(setup.headersPolicy && { responseHeadersPolicy: { Name: 'headers', ...setup.headersPolicy } }),
    ...(viewer && { viewerRequest: viewer }),
    ...(lambda && { originResponseFor: () => lambda }),
    origin: { Id: 'origin', DomainName: 'bucket.s3.us-east-1.amazonaws.com', OriginPath: '/generation' },
    target: {
      bucket: {
        endpoint,
        bucket: 'bucket',
        region: 'us-east-1',
        credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
      },
    },
  };
  const distribution = new Distribution({
    definition: {
      logicalId: 'Distribution',
      stack: 'Stack',
      region: 'us-east-1',
      id: 'E1',
      arn: 'arn:aws:cloudfront::123456789012:distribution/E1',
      domainName: 'd1.cloudfront.net',
      config: {
        Enabled: true,
        Origins: [behavior.origin],
        DefaultCacheBehavior: behavior.config,
        ...setup.config,
        ...(setup.errors && { CustomErrorResponses: setup.errors }),
      },
    },
    behaviors: [...(setup.behaviors?.(behavior) ?? []), behavior],
    regions: setup.regions ?? ['us-east-1'],
    clock,
    open: { ...PESSIMISTIC, ...setup.open },
    log: (line) => void logged.push(line),
    onInvalidAnswer: (region, why) => void logged.push(`${region} refuses: ${why}`),
  });
  const ports = await distribution.listen(0);
  return {
    get: (path, headers = {}, method = 'GET', region = 0) =>
      send(`http://127.0.0.1:${ports[region]}`, path, method, headers),
    asked,
    clock,
    logged,
    distribution,
    close: async () => {
      await distribution.close();
      origin.closeAllConnections();
      await new Promise((resolve) => origin.close(resolve));
    },
  };
}
