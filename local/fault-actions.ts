import { ACTIONS as CLOUDFRONT } from './cloudfront/api';
import { ACTIONS as SQS } from './events/sqs-actions';
import { ROUTES as S3 } from './s3/routes';

/** All that a fault can hit, as `service:Operation`. */
export const FAULT_ACTIONS: readonly string[] = [
  ...S3.map(({ name }) => `s3:${name}`),
  ...Object.values(CLOUDFRONT).map((name) => `cloudfront:${name}`),
  ...Object.keys(SQS).map((name) => `sqs:${name}`),
  'lambda:Invoke',
];
