/**
 * Every limit of AWS that matters to this project, each with the page of AWS's documentation that states it ("DG" is
 * the Amazon CloudFront Developer Guide). The constructs, the local distribution and the tests read them from here.
 */

/**
 * The longest key of an object, in bytes of UTF-8. S3 User Guide: object-keys. A plain constant before all else, so
 * that the bundler inlines it: the CloudFront Function has no bytes to spare.
 */
export const S3_KEY_BYTES = 1_024;

/** Lambda@Edge, origin events. DG: cloudfront-limits, lambda-at-edge-function-restrictions. */
export const LAMBDA_EDGE = {
  region: 'us-east-1',
  architecture: 'x86_64',
  /**
   * The runtime of all functions here: the page asks for a late version of Node.js and names none. Functions of this
   * one can be created until June 2027 (Lambda Developer Guide: lambda-runtimes). docs/deploy.md says how to try the
   * next.
   */
  runtime: 'nodejs22.x',
  /** Services that have to be able to assume the role of a function. DG: lambda-edge-permissions. */
  principals: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'],
  eventTypes: ['viewer-request', 'viewer-response', 'origin-request', 'origin-response'],
  timeoutSeconds: 30,
  maxMemoryMb: 10_240,
  packageBytes: 52_428_800,
  ephemeralStorageMb: 512,
  /** Headers and body of a generated response together. Whether base64 counts before or after decoding is open. */
  responseBytes: 1_048_576,
} as const;

/** CloudFront Functions. DG: cloudfront-limits (quotas on CloudFront Functions). */
export const CLOUDFRONT_FUNCTION = {
  runtime: 'cloudfront-js-2.0',
  eventTypes: ['viewer-request', 'viewer-response'],
  codeBytes: 10_240,
  memoryBytes: 2_097_152,
} as const;

/** A store of keys and values for CloudFront Functions. DG: cloudfront-limits (quotas on key value stores). */
export const KEY_VALUE_STORE = {
  keyBytes: 512,
  valueBytes: 1_024,
  storeBytes: 5_242_880,
  /** Keys of one update. */
  updatedKeys: 50,
  perFunction: 1,
} as const;

/** TTLs of a cache behavior. CloudFront API Reference: CacheBehavior. */
export const CACHE_BEHAVIOR = {
  /** A hundred years. */
  ttlSeconds: 3_153_600_000,
  /** The shortest time that an error is cached for, unless the distribution sets another. DG: HTTPStatusCodes. */
  errorSeconds: 10,
} as const;

/** Custom headers of an origin. DG: cloudfront-limits (quotas on headers), add-origin-custom-headers. */
export const CUSTOM_HEADERS = {
  count: 30,
  valueCharacters: 1_783,
  /** Names and values of all of them together. */
  totalCharacters: 10_240,
  forbiddenPrefixes: ['x-amz-', 'x-edge-'],
} as const;

/** Headers that a response headers policy adds. DG: cloudfront-limits (quotas on policies). */
export const RESPONSE_HEADERS_POLICY = {
  customHeaders: 10,
} as const;

/**
 * Headers that no edge function may add or change, in lower case; an entry that ends in `*` is a prefix.
 * DG: edge-function-restrictions-all.
 */
export const DISALLOWED_HEADERS = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-accel-buffering',
  'x-accel-charset',
  'x-accel-limit-rate',
  'x-accel-redirect',
  'x-amz-cf-*',
  'x-amzn-auth',
  'x-amzn-cf-billing',
  'x-amzn-cf-id',
  'x-amzn-cf-xff',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-header-count',
  'x-amzn-header-order',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
  'x-edge-*',
  'x-forwarded-proto',
  'x-real-ip',
] as const;

/** Headers that an edge function must hand on unchanged, in lower case. DG: edge-function-restrictions-all. */
export const READ_ONLY_HEADERS = {
  viewerRequest: ['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'],
  originResponse: ['transfer-encoding', 'via'],
} as const;

/**
 * S3's API. S3 User Guide: bucketnamingrules, UsingMetadata, qfacts; S3 API Reference: CopyObject, DeleteObjects,
 * ListObjectsV2.
 */
export const S3_API = {
  bucketNameCharacters: 63,
  /** Names and values of user-defined metadata together. */
  metadataBytes: 2_048,
  listedKeys: 1_000,
  deletedKeys: 1_000,
  partBytes: 5_242_880,
  parts: 10_000,
  putBytes: 5_368_709_120,
  /** Of the source of one CopyObject. */
  copyBytes: 5_368_709_120,
  clockSkewSeconds: 900,
} as const;

/** DG: HTTPStatusCodes. Which error statuses CloudFront caches, and for how long when nothing is said. */
export const ERROR_CACHING = {
  /** Cached for the larger of the error caching minimum and `max-age` or `s-maxage`. */
  always: [404, 410, 414, 500, 501, 502, 503, 504],
  /** Of these, those that `no-store` keeps out of the cache; for the others it says nothing. */
  unlessNoStore: [404, 410, 414, 501],
  /** Cached only when the response itself has `max-age` or `s-maxage`. */
  withMaxAge: [400, 403, 405, 412, 415],
  defaultMinTtlSeconds: 10,
} as const;

/** Errors in whose place a distribution can show a page of its own. DG: creating-custom-error-pages. */
export const ERROR_PAGES = {
  statuses: [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504],
} as const;

/**
 * Regions with a regional edge cache: without an Origin Shield, functions at origin events run in these. CloudFront
 * offers an Origin Shield wherever it has one. DG: origin-shield.
 */
export const REGIONAL_EDGE_CACHES = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'sa-east-1',
  'me-central-1',
] as const;

/**
 * Regions with an Origin Shield, and for every other commercial region the nearest of them. DG: origin-shield.
 */
export const ORIGIN_SHIELD = {
  regions: REGIONAL_EDGE_CACHES,
  nearest: {
    // As that page names them.
    'us-west-1': 'us-west-2',
    'af-south-1': 'eu-west-1',
    'ap-east-1': 'ap-southeast-1',
    'ca-central-1': 'us-east-1',
    'eu-south-1': 'eu-central-1',
    'eu-west-3': 'eu-west-2',
    'eu-north-1': 'eu-west-2',
    'me-south-1': 'ap-south-1',
    // That page leaves these out: the nearest on the map, or by the cables where they go another way (il-central-1).
    'ap-east-2': 'ap-northeast-1',
    'ap-northeast-3': 'ap-northeast-1',
    'ap-south-2': 'ap-south-1',
    'ap-southeast-3': 'ap-southeast-1',
    'ap-southeast-4': 'ap-southeast-2',
    'ap-southeast-5': 'ap-southeast-1',
    'ap-southeast-6': 'ap-southeast-2',
    'ap-southeast-7': 'ap-southeast-1',
    'ca-west-1': 'us-west-2',
    'eu-central-2': 'eu-central-1',
    'eu-south-2': 'eu-west-2',
    'il-central-1': 'eu-central-1',
    'me-west-1': 'me-central-1',
    'mx-central-1': 'us-east-2',
  } as Readonly<Record<string, string>>,
} as const;

/** CachingOptimizedForUncompressedObjects, whose key is the path alone. DG: using-managed-cache-policies. */
export const MANAGED_CACHE_POLICY = {
  maxTtlSeconds: 31_536_000,
} as const;

/** Invalidation by cache tag. DG: invalidation-specifying-tags. */
export const CACHE_TAGS = {
  tagCharacters: 256,
  perObject: 50,
} as const;

/** Lambda. Lambda Developer Guide: gettingstarted-limits. */
export const LAMBDA = {
  timeoutSeconds: 900,
  /** The answer of a synchronous invocation, as JSON. */
  answerBytes: 6_291_456,
} as const;

/** SQS, standard queues. SQS Developer Guide: quotas-messages. */
export const SQS = {
  messageBytes: 1_048_576,
  /** Of one SendMessageBatch or one ReceiveMessage. */
  batchEntries: 10,
  delaySeconds: 900,
  visibilityTimeoutSeconds: 43_200,
  waitSeconds: 20,
} as const;

/** What feeds a function from a queue. Lambda Developer Guide: services-sqs-configure, services-sqs-scaling. */
export const EVENT_SOURCE_MAPPING = {
  batchSize: 10_000,
  /** Larger batches need a window of at least a second. */
  batchSizeWithoutWindow: 10,
  windowSeconds: 300,
  minConcurrency: 2,
  maxConcurrency: 1_000,
} as const;

/** Invalidations in progress for one distribution. DG: cloudfront-limits (general quotas, invalidations). */
export const INVALIDATIONS = {
  pathsInProgress: 3_000,
  wildcardsInProgress: 15,
} as const;

/** Flat-rate plans: their cache behaviors, and the features that not all of them have. DG: flat-rate-pricing-plan. */
export const PLANS = {
  free: {
    behaviors: 5,
    features: { accessLogs: false, cacheTags: false, keyValueStore: false, customPolicies: false, originShield: false },
  },
  pro: {
    behaviors: 10,
    features: { accessLogs: true, cacheTags: true, keyValueStore: true, customPolicies: false, originShield: false },
  },
  business: {
    behaviors: 50,
    features: { accessLogs: true, cacheTags: true, keyValueStore: true, customPolicies: true, originShield: false },
  },
  premium: {
    behaviors: 100,
    features: { accessLogs: true, cacheTags: true, keyValueStore: true, customPolicies: true, originShield: true },
  },
} as const;

/** A custom resource. CloudFormation User Guide: aws-resource-cloudformation-customresource. */
export const CUSTOM_RESOURCE = {
  serviceTimeoutSeconds: 3_600,
} as const;

/** CloudWatch Logs API Reference: PutRetentionPolicy, FilterLogEvents, CreateLogGroup. */
export const CLOUDWATCH_LOGS = {
  groupNameCharacters: 512,
  /** Of one page of FilterLogEvents. */
  filteredEvents: 10_000,
  filteredBytes: 1_048_576,
  /** Of the source and the destination of a delivery. */
  deliveryNameCharacters: 60,
  retentionDays: [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
} as const;

/**
 * Rate-based rules, by address, over five minutes. WAF Developer Guide:
 * waf-rule-statement-type-rate-based-high-level-settings.
 */
export const WAF = {
  minRateLimit: 10,
  maxRateLimit: 2_000_000_000,
} as const;
