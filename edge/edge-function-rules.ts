/**
 * Rules for Lambda@Edge functions that AWS checks only during a deploy. The construct checks them at synthesis, and the
 * local distribution when it reads the template. DG: lambda-at-edge-function-restrictions, cloudfront-limits.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { LAMBDA_EDGE } from './limits';

/** Properties of a function by CloudFormation's names. Missing ones have CloudFormation's defaults. */
export interface EdgeFunctionProperties {
  Architectures?: string[];
  DeadLetterConfig?: unknown;
  Environment?: { Variables?: Record<string, unknown> };
  EphemeralStorage?: { Size: number };
  KmsKeyArn?: unknown;
  Layers?: unknown[];
  MemorySize?: number;
  PackageType?: string;
  Runtime?: string;
  Timeout?: number;
  TracingConfig?: { Mode: string };
  VpcConfig?: { SubnetIds?: unknown[] };
}

type Rule = [
  isBroken: (properties: EdgeFunctionProperties) => boolean,
  sentence: string | ((properties: EdgeFunctionProperties) => string),
];

const { architecture, runtime, timeoutSeconds, maxMemoryMb, ephemeralStorageMb, packageBytes } = LAMBDA_EDGE;

const RULES: readonly Rule[] = [
  [
    ({ Architectures = [architecture] }) => Architectures.some((each) => each !== architecture),
    ({ Architectures }) => `Lambda@Edge runs on ${architecture} only, not on ${Architectures!.join()}`,
  ],
  [({ Runtime }) => Runtime !== runtime, ({ Runtime }) => `Lambda@Edge takes ${runtime}, not ${Runtime}`],
  [
    ({ Timeout = 0 }) => Timeout > timeoutSeconds,
    ({ Timeout }) => `Lambda@Edge allows ${timeoutSeconds} s at origin events, not ${Timeout}`,
  ],
  [
    ({ MemorySize = 0 }) => MemorySize > maxMemoryMb,
    ({ MemorySize }) => `Lambda@Edge allows ${maxMemoryMb} MB of memory, not ${MemorySize}`,
  ],
  [
    ({ EphemeralStorage }) => (EphemeralStorage?.Size ?? 0) > ephemeralStorageMb,
    ({ EphemeralStorage }) => `Lambda@Edge allows ${ephemeralStorageMb} MB of /tmp, not ${EphemeralStorage!.Size}`,
  ],
  [
    ({ Environment }) => Object.keys(Environment?.Variables ?? {}).length > 0,
    'Lambda@Edge has no environment variables',
  ],
  [({ KmsKeyArn }) => KmsKeyArn !== undefined, 'Lambda@Edge has no key for environment variables'],
  [({ Layers = [] }) => Layers.length > 0, 'Lambda@Edge has no layers'],
  [({ VpcConfig }) => (VpcConfig?.SubnetIds ?? []).length > 0, 'Lambda@Edge runs in no VPC'],
  [({ DeadLetterConfig }) => DeadLetterConfig !== undefined, 'Lambda@Edge has no dead-letter queue'],
  [({ TracingConfig }) => TracingConfig?.Mode === 'Active', 'Lambda@Edge has no X-Ray tracing'],
  [({ PackageType }) => PackageType === 'Image', 'Lambda@Edge runs no container image'],
];

/** A sentence for each rule that a function breaks. */
export const brokenRules = (properties: EdgeFunctionProperties): string[] =>
  RULES.filter(([isBroken]) => isBroken(properties)).map(([, sentence]) =>
    typeof sentence === 'string' ? sentence : sentence(properties),
  );

/** A zip's local header and central directory entry, without the names. */
const ZIP_ENTRY_BYTES = 76;

const zipOf = (sizes: number[]): number => sizes.reduce((total, size) => total + size + ZIP_ENTRY_BYTES, 0);

/**
 * Bytes of a folder as a zip file. A folder that is below `limit` without compression is not compressed, and its full
 * size is returned.
 */
export function zippedBytes(folder: string, limit: number): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const unzipped = zipOf(files.map((file) => statSync(file).size));
  return unzipped <= limit ? unzipped : zipOf(files.map((file) => deflateRawSync(readFileSync(file)).length));
}

/** A sentence if a folder with a function's code is too large as a zip file; undefined if it is not. */
export function oversize(folder: string): string | undefined {
  const bytes = zippedBytes(folder, packageBytes);
  return bytes > packageBytes
    ? `The function's package is ${bytes} bytes zipped; Lambda@Edge allows ${packageBytes}`
    : undefined;
}
