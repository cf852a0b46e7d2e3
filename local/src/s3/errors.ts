import { ServiceError } from '../http/service-error';

/** The error codes that occur here, with status and message. S3 API Reference: ErrorResponses. */
const ERRORS = {
  AccessControlListNotSupported: [400, 'The bucket does not allow ACLs'],
  AccessDenied: [403, 'Access Denied'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed'],
  BadDigest: [400, 'The Content-MD5 or checksum value that you specified did not match what the server received'],
  BucketAlreadyOwnedByYou: [409, 'The bucket that you tried to create already exists, and you own it'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
  IncompleteBody: [400, 'The request body terminated unexpectedly'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The AWS Access Key Id you provided does not exist in our records.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidDigest: [400, 'The Content-MD5 you specified is not valid.'],
  InvalidObjectState: [403, "The operation is not valid for the object's storage class"],
  InvalidPart: [400, 'One or more of the specified parts could not be found.'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order.'],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidStorageClass: [400, 'The storage class you specified is not valid'],
  InvalidToken: [400, 'The provided token is malformed or otherwise invalid.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  'KMS.DisabledException': [400, 'The KMS key is disabled.'],
  'KMS.ThrottlingException': [400, 'You have exceeded the rate at which you may call KMS.'],
  KeyTooLongError: [400, 'Your key is too long'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchUpload: [404, 'The specified multipart upload does not exist.'],
  NotImplemented: [501, 'A header or query you provided implies functionality that is not implemented'],
  PermanentRedirect: [301, 'The bucket must be addressed by the specified endpoint.'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  SlowDown: [503, 'Please reduce your request rate.'],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, readonly [number, string]>;

export type S3ErrorCode = keyof typeof ERRORS;

export const isS3ErrorCode = (code: string): code is S3ErrorCode => Object.hasOwn(ERRORS, code);

export class S3Error extends ServiceError {
  override name = 'S3Error';
  /** More elements of the error document, such as `Condition`. */
  readonly details: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    override readonly code: S3ErrorCode,
    {
      message,
      details = {},
      headers = {},
      status,
    }: {
      message?: string;
      details?: Record<string, string | number>;
      headers?: Record<string, string>;
      status?: number;
    } = {},
  ) {
    super(status ?? ERRORS[code][0], code, message ?? ERRORS[code][1]);
    this.details = details;
    this.headers = headers;
  }
}

/** The error for a fault's status. */
export function errorOfStatus(status: number): S3Error {
  const code = CODE_OF_STATUS[status] ?? (status >= 500 ? 'InternalError' : 'InvalidRequest');
  return new S3Error(code, { status });
}

const CODE_OF_STATUS: Readonly<Record<number, S3ErrorCode>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  405: 'MethodNotAllowed',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'SlowDown',
  503: 'SlowDown',
};
