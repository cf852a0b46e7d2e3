import type { CloudFrontFunctionsEvent } from 'aws-lambda';

/** What became of one invocation of a Lambda function. */
export type LambdaOutcome =
  | {
      kind: 'answer';
      value: unknown;
      milliseconds: number;
      cold: boolean;
      /** The most that its processes were seen with together, in MiB; missing where the system does not say. */
      memoryMb?: number;
    }
  /** The handler threw, timed out, ran out of memory, or its answer is no JSON; `message` is one line. */
  | { kind: 'exception' | 'timeout' | 'memory' | 'unserialisable'; message: string; milliseconds: number };

/** A deployed Lambda function, run from its asset in processes of its own. */
export interface LambdaFunction {
  name: string;
  invoke(event: unknown): Promise<LambdaOutcome>;
  /** Ends every process of the function. */
  close(): Promise<void>;
}

/** The answer of a CloudFront Function: a request to go on with, or a response, as plain JSON. */
export type CloudFrontFunctionOutcome = { kind: 'answer'; value: unknown } | { kind: 'exception'; message: string };

/** What runs the code of CloudFront Functions. */
export interface Engine {
  /** `njs`, or `vm` where njs is not installed. */
  name: 'njs' | 'vm';
  /** Runs one event through some code; the code's output goes to `log`. */
  run(code: string, event: string, log: (line: string) => void): Promise<CloudFrontFunctionOutcome>;
  close(): Promise<void>;
}

/** A CloudFront Function, run from the code in the template. */
export interface CloudFrontFunction {
  name: string;
  engine: Engine['name'];
  run(event: CloudFrontFunctionsEvent): Promise<CloudFrontFunctionOutcome>;
  close(): Promise<void>;
}
