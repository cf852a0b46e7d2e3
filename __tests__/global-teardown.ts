import { rmSync } from 'node:fs';

export default function teardown(): void {
  rmSync(process.env['CDK_OUT']!, { recursive: true, force: true });
}
