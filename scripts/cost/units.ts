import { PRICES } from '../prices';

const GIGABYTE = 1e9;
const MB_PER_GB = 1_024;

/** Lambda's own lines for a call: START, END and REPORT. */
const CALL_LOG_BYTES = 650;

/** The same with the line of a render. */
const RENDER_LOG_BYTES = CALL_LOG_BYTES + 700;

/** A call that passes on what S3 has; Lambda bills whole milliseconds. */
const PASSING_ON_MS = 2;

const { cloudFront, lambdaEdge, s3, cloudWatch } = PRICES;

export const gigabytes = (bytes: number): number => bytes / GIGABYTE;

/** Dollars for bytes to viewers. */
export const egress = (bytes: number): number => gigabytes(bytes) * cloudFront.gigabyteOut;

/** Dollars for the time of a function. @param price of a gigabyte-second */
export const duration = (milliseconds: number, memoryMb: number, price: number): number =>
  (milliseconds / 1_000) * (memoryMb / MB_PER_GB) * price;

/** Dollars for bytes in CloudWatch Logs. */
const log = (bytes: number): number => gigabytes(bytes) * cloudWatch.logGigabyte;

/** Dollars for a viewer's request, whatever answers it. */
export const hit = (bytes: number): number => cloudFront.httpsRequest + cloudFront.functionCall + egress(bytes);

/** Dollars for a request through the Origin Shield, if there is one. */
export const shield = cloudFront.originShieldRequest;

/** Dollars beyond a hit, for a variant that S3 has and no cache: origin-response runs for it, too. */
export const storedMiss = {
  s3: s3.get,
  /** @param memoryMb of the rendering function */
  lambdaEdge: (memoryMb: number): number =>
    lambdaEdge.request + duration(PASSING_ON_MS, memoryMb, lambdaEdge.gigabyteSecond),
  log: log(CALL_LOG_BYTES),
};

/** Dollars beyond a hit, for a render: S3 is asked for the variant and for the original, then gets the variant. */
export const render = {
  s3: 2 * s3.get + s3.put,
  /** @param memoryMb of the rendering function */
  lambdaEdge: (milliseconds: number, memoryMb: number): number =>
    lambdaEdge.request + duration(milliseconds, memoryMb, lambdaEdge.gigabyteSecond),
  log: log(RENDER_LOG_BYTES),
};
