import { rmSync } from 'node:fs';

import { plan } from './planned';

export default function teardown(): void {
  if (plan !== undefined) rmSync(process.env['CDK_OUT_WITHOUT_PLAN']!, { recursive: true, force: true });
  if (process.env['CDK_OUT_IS_OURS']) rmSync(process.env['CDK_OUT']!, { recursive: true, force: true });
}
