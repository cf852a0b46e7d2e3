import type { CloudFrontFunctionsEvent } from 'aws-lambda';

/** The result of an invocation of a Lambda function. */
export type LambdaOutcome =
  | {
      kind: 'answer';
      value: unknown;
      milliseconds: number;
      cold: boolean;
      /** The peak of its processes together, in MiB; missing if the system does not tell. */
      memoryMb?: number;
    }
  /** The handler threw, timed out, ran out of memory, or its answer is not JSON; `message` is one line. */
  | { kind: 'exception' | 'timeout' | 'memory' | 'unserialisable'; message: string; milliseconds: number };

/** A Lambda function, run from its asset in processes of its own. */
export interface LambdaFunction {
  name: string;
  invoke(event: unknown): Promise<LambdaOutcome>;
  /** Ends every process of the function. */
  close(): Promise<void>;
}

/** The result of a CloudFront Function; its answer is a request or a response. */
export type CloudFrontFunctionOutcome = { kind: 'answer'; value: unknown } | { kind: 'exception'; message: string };

/** A JavaScript engine for CloudFront Functions. */
export interface Engine {
  name: 'njs' | 'vm';
  /** @param event as JSON. @param log gets the lines that the code prints */
  run(code: string, event: string, log: (line: string) => void): Promise<CloudFrontFunctionOutcome>;
  close(): Promise<void>;
}

/** A CloudFront Function of the template. */
export interface CloudFrontFunction {
  name: string;
  engine: Engine['name'];
  run(event: CloudFrontFunctionsEvent): Promise<CloudFrontFunctionOutcome>;
  close(): Promise<void>;
}
