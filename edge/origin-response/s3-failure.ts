import { S3ServiceException } from '@aws-sdk/client-s3';
import type { CloudFrontResponse } from 'aws-lambda';
import type { Bucket } from './buckets';

/** Which bucket a request was for: the sentences name the settings that belong to it. */
export type Purpose = 'originals' | 'variants';

/** A failed request to S3, for the log. */
export interface S3Failure {
  operation: string;
  bucket: string;
  /** S3's error code, or that of the system, like ECONNRESET, if S3 did not answer. */
  name?: string | undefined;
  /** Undefined if S3 did not answer. */
  status?: number | undefined;
  requestId?: string | undefined;
  /** What the owner can do about it; undefined if it is temporary. */
  advice?: string | undefined;
}

/** Codes of S3, and of KMS behind it, for temporary failures. */
const TEMPORARY = new Set(['KMS.ThrottlingException', 'RequestTimeout']);

/** The bucket's region, which S3 names when it is asked in another region. */
function ownRegionOf(error: S3ServiceException): string {
  const region = error.$response?.headers['x-amz-bucket-region'];
  return region ? ` S3 says that it is in ${region}.` : '';
}

type Advice = (bucket: Bucket, purpose: Purpose, error: S3ServiceException) => string;

const wrongRegion: Advice = ({ name, region }, purpose, error) =>
  `The bucket ${name} is not in ${region}, which is what the stack was told${purpose === 'originals' ? ' by originals.region' : ''}.${ownRegionOf(error)}`;

const ADVICE: Record<string, Advice> = {
  AccessDenied: ({ name }, purpose) =>
    purpose === 'originals'
      ? `The function may not read ${name}: its bucket policy or the policy of an organisation denies it, or the object belongs to another account.`
      : `The function may not use ${name} as the stack lets it: a bucket policy, a policy of an organisation or a changed role denies it.`,
  InvalidObjectState: ({ name }) =>
    `The object is archived (S3 Glacier, or an archive tier of Intelligent-Tiering): restore it, or keep what is in ${name} in a storage class that can be read at once.`,
  NoSuchBucket: ({ name }) => `There is no bucket ${name}: it was deleted, or its name in the config is wrong.`,
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
};

const keyAdvice = ({ name }: Bucket, purpose: Purpose): string =>
  `The KMS key that ${name} is encrypted with cannot be used: it is disabled, deleted, in another region, or the function may not use it${purpose === 'originals' ? '; originals.kmsKeyArn names it' : ', which the stack gives no permission for'}.`;

/** Whether the cause is the bucket's KMS key. S3 passes on the error of KMS by its name, or as AccessDenied. */
const isFromKms = ({ name, message }: S3ServiceException): boolean =>
  name.startsWith('KMS.') || (name === 'AccessDenied' && message.includes('kms:'));

function adviceOf(error: S3ServiceException, bucket: Bucket, purpose: Purpose): string | undefined {
  if (TEMPORARY.has(error.name)) return undefined;
  if (isFromKms(error)) return keyAdvice(bucket, purpose);
  return ADVICE[error.name]?.(bucket, purpose, error);
}

/** Describes a failed request for the log. */
export function describeError(operation: string, error: unknown, bucket: Bucket, purpose: Purpose): S3Failure {
  const failed = { operation, bucket: bucket.name };
  if (!(error instanceof S3ServiceException)) {
    const { name, code } = error as Error & { code?: string };
    return { ...failed, name: code ?? name };
  }
  const { httpStatusCode, requestId } = error.$metadata;
  const advice = adviceOf(error, bucket, purpose);
  return { ...failed, name: error.name, status: httpStatusCode, requestId, ...(advice && { advice }) };
}

/** The same for CloudFront's own request for the variant, whose body the function does not see. */
export const describeResponse = ({ status, headers }: CloudFrontResponse, bucket: Bucket): S3Failure => ({
  operation: 'GetObject by CloudFront',
  bucket: bucket.name,
  status: Number(status),
  requestId: headers['x-amz-request-id']?.[0]?.value,
});

/**
 * What a failed read means: the object is missing, the owner has to do something, or the next request may succeed. S3
 * answers with 301 or 400 for a bucket in another region, and for problems with KMS. S3 API Reference: ErrorResponses.
 */
export function kindOf(error: unknown): 'missing' | 'unreadable' | 'unavailable' {
  if (!(error instanceof S3ServiceException) || TEMPORARY.has(error.name)) return 'unavailable';
  const status = error.$metadata.httpStatusCode;
  if (status === 404 && error.name !== 'NoSuchBucket') return 'missing';
  return status === 301 || status === 400 || status === 403 || status === 404 ? 'unreadable' : 'unavailable';
}
