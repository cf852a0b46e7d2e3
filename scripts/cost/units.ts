import { PRICES } from '../prices';

const GIGABYTE = 1e9;
const MB_PER_GB = 1_024;

/** What Lambda itself logs of a call: its lines START, END and REPORT. */
const CALL_LOG_BYTES = 650;

/** That, and the line of a render. */
const RENDER_LOG_BYTES = CALL_LOG_BYTES + 700;

/** A call that hands on what S3 has; Lambda bills whole milliseconds. */
const PASSING_ON_MS = 2;

const { cloudFront, lambdaEdge, s3, cloudWatch } = PRICES;

export const gigabytes = (bytes: number): number => bytes / GIGABYTE;

/** Dollars for bytes to viewers. */
export const egress = (bytes: number): number => gigabytes(bytes) * cloudFront.gigabyteOut;

/** Dollars for the time of a function. @param price of a gigabyte-second */
export const duration = (milliseconds: number, memoryMb: number, price: number): number =>
  (milliseconds / 1_000) * (memoryMb / MB_PER_GB) * price;

/** Dollars for what CloudWatch takes in. */
const log = (bytes: number): number => gigabytes(bytes) * cloudWatch.logGigabyte;

/** Dollars for what a viewer asks for, whatever answers it. */
export const hit = (bytes: number): number => cloudFront.httpsRequest + cloudFront.functionCall + egress(bytes);

/** Dollars for what goes by way of the Origin Shield, where there is one. */
export const shield = cloudFront.originShieldRequest;

/** Beyond a hit, in dollars, where the caches have nothing and S3 has the variant: origin-response runs for it, too. */
export const found = {
  s3: s3.get,
  /** @param memoryMb of the rendering function */
  lambdaEdge: (memoryMb: number): number =>
    lambdaEdge.request + duration(PASSING_ON_MS, memoryMb, lambdaEdge.gigabyteSecond),
  log: log(CALL_LOG_BYTES),
};

/** Beyond a hit, in dollars: S3 has no variant, then the original, then it takes the variant. */
export const render = {
  s3: 2 * s3.get + s3.put,
  /** @param memoryMb of the rendering function */
  lambdaEdge: (milliseconds: number, memoryMb: number): number =>
    lambdaEdge.request + duration(milliseconds, memoryMb, lambdaEdge.gigabyteSecond),
  log: log(RENDER_LOG_BYTES),
};
