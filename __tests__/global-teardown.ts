import { rmSync } from 'node:fs';

export default function teardown(): void {
  if (process.env['CDK_OUT_IS_OURS']) rmSync(process.env['CDK_OUT']!, { recursive: true, force: true });
}
