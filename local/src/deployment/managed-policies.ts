import type { CachePolicyConfig, ResponseHeadersPolicyConfig } from './deployment';

const DAY = 86_400;
const YEAR = 365 * DAY;

interface PolicyParts {
  ttl: [minTtl: number, defaultTtl: number, maxTtl: number];
  encodings?: boolean;
  headers?: string[];
  cookies?: 'all';
  query?: 'all' | string[];
}

const policy = (name: string, { ttl, encodings = false, headers, cookies, query }: PolicyParts): CachePolicyConfig => ({
  Name: `Managed-${name}`,
  MinTTL: ttl[0],
  DefaultTTL: ttl[1],
  MaxTTL: ttl[2],
  ParametersInCacheKeyAndForwardedToOrigin: {
    CookiesConfig: { CookieBehavior: cookies ?? 'none' },
    HeadersConfig: headers ? { HeaderBehavior: 'whitelist', Headers: headers } : { HeaderBehavior: 'none' },
    QueryStringsConfig: Array.isArray(query)
      ? { QueryStringBehavior: 'whitelist', QueryStrings: query }
      : { QueryStringBehavior: query ?? 'none' },
    EnableAcceptEncodingGzip: encodings,
    EnableAcceptEncodingBrotli: encodings,
  },
});

const ORIGIN_HEADERS = {
  ttl: [0, 0, YEAR] as PolicyParts['ttl'],
  encodings: true,
  headers: ['host', 'origin', 'x-http-method', 'x-http-method-override', 'x-method-override'],
  cookies: 'all' as const,
};

/** By id. DG: using-managed-cache-policies */
export const MANAGED_CACHE_POLICIES: ReadonlyMap<string, CachePolicyConfig> = new Map([
  ['658327ea-f89d-4fab-a63d-7e88639e58f6', policy('CachingOptimized', { ttl: [1, DAY, YEAR], encodings: true })],
  ['b2884449-e4de-46a7-ac36-70bc7f1ddd6d', policy('CachingOptimizedForUncompressedObjects', { ttl: [1, DAY, YEAR] })],
  ['4135ea2d-6df8-44a3-9df3-4b5a84be39ad', policy('CachingDisabled', { ttl: [0, 0, 0] })],
  ['83da9c7e-98b4-4e11-a168-04f0df8e2c65', policy('UseOriginCacheControlHeaders', ORIGIN_HEADERS)],
  [
    '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
    policy('UseOriginCacheControlHeaders-QueryStrings', { ...ORIGIN_HEADERS, query: 'all' }),
  ],
]);

/** Policies with Host in the cache key, which is therefore sent to the origin. */
export const HOST_IN_KEY: ReadonlySet<string> = new Set(
  [...MANAGED_CACHE_POLICIES]
    .filter(([, config]) => config.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers?.includes('host'))
    .map(([id]) => id),
);

/** The end of an error about a policy. */
export const UNKNOWN_POLICY = 'is in no stack, and is not a managed policy that is known here';

/** For behaviors whose cache policy is unknown. */
export const NO_CACHING = MANAGED_CACHE_POLICIES.get('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')!;

const ALL_VIEWER = '216adef6-5c7f-47e4-b989-5492eafa07d3';
const ALL_VIEWER_AND_CLOUDFRONT = '33f36d7e-f396-46d9-90e0-52428a34d9dc';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Origin request policies that forward everything from the viewer. DG: using-managed-origin-request-policies */
export const FORWARD_ALL_POLICIES: ReadonlySet<string> = new Set([
  ALL_VIEWER,
  ALL_VIEWER_AND_CLOUDFRONT,
  ALL_VIEWER_EXCEPT_HOST,
]);

/** Ids. DG: using-managed-origin-request-policies */
export const MANAGED_REQUEST_POLICIES: ReadonlySet<string> = new Set([
  ...FORWARD_ALL_POLICIES,
  'acba4595-bd28-49b8-b9fe-13317c0390fa',
  '59781a5b-3903-41f3-afcb-af62929ccde1',
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
  '775133bc-15f2-49f9-abea-afb2e0bf67d2',
  'bf0718e1-ba1e-49d1-88b1-f726733018ae',
]);

const cors = (methods: string[], exposed?: string[]): ResponseHeadersPolicyConfig['CorsConfig'] => ({
  AccessControlAllowCredentials: false,
  AccessControlAllowHeaders: { Items: ['*'] },
  AccessControlAllowMethods: { Items: methods },
  AccessControlAllowOrigins: { Items: ['*'] },
  ...(exposed && { AccessControlExposeHeaders: { Items: exposed } }),
  OriginOverride: false,
});

const SECURITY: ResponseHeadersPolicyConfig['SecurityHeadersConfig'] = {
  ContentTypeOptions: { Override: true },
  FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
  ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
  StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
  XSSProtection: { Protection: true, ModeBlock: true, Override: false },
};

const SIMPLE = cors(['GET']);
const PREFLIGHT = cors(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'], ['*']);

/** By id. DG: using-managed-response-headers-policies */
export const MANAGED_HEADERS_POLICIES: ReadonlyMap<string, ResponseHeadersPolicyConfig> = new Map([
  ['60669652-455b-4ae9-85a4-c4c02393f86c', { Name: 'Managed-SimpleCORS', CorsConfig: SIMPLE! }],
  ['5cc3b908-e619-4b99-88e5-2cf7f45965bd', { Name: 'Managed-CORS-With-Preflight', CorsConfig: PREFLIGHT! }],
  ['67f7725c-6f97-4210-82d7-5512b31e9d03', { Name: 'Managed-SecurityHeadersPolicy', SecurityHeadersConfig: SECURITY }],
  [
    'e61eb60c-9c35-4d20-a928-2b84e02af89c',
    { Name: 'Managed-CORS-and-SecurityHeadersPolicy', CorsConfig: SIMPLE!, SecurityHeadersConfig: SECURITY },
  ],
  [
    'eaab4381-ed33-4a86-88ca-d9558dc6cd63',
    {
      Name: 'Managed-CORS-with-preflight-and-SecurityHeadersPolicy',
      CorsConfig: PREFLIGHT!,
      SecurityHeadersConfig: SECURITY,
    },
  ],
]);
