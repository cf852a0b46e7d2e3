import { aws_lambda as lambda } from 'aws-cdk-lib';
import { LAMBDA_EDGE } from '../edge/limits';

/** What all functions here run on. */
export const RUNTIME = new lambda.Runtime(LAMBDA_EDGE.runtime, lambda.RuntimeFamily.NODEJS);
