import { OPERATIONS as CLOUDFRONT } from './cloudfront/api';
import { OPERATIONS as SQS } from './events/sqs-api';
import { OPERATIONS as LOGS } from './logs/api';
import { ROUTES as S3 } from './s3/routes';
import { OPERATIONS as SSM } from './ssm';

/** Every action that a fault can hit, as `service:Operation`. */
export const FAULT_ACTIONS: readonly string[] = [
  ...S3.map(({ name }) => `s3:${name}`),
  ...CLOUDFRONT.map(({ name }) => `cloudfront:${name}`),
  ...Object.keys(SQS).map((name) => `sqs:${name}`),
  ...Object.keys(SSM).map((name) => `ssm:${name}`),
  ...LOGS.map((name) => `logs:${name}`),
  'lambda:Invoke',
];
