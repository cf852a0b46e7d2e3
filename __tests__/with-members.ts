import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResizerConfig } from '../edge/config/schema';
import { synthesiseIn } from './stack/synthesised';

/** Sizes off the list, and a folder for members of a key group that is in no stack. */
export const CONFIG_WITH_MEMBERS = {
  signed: true,
  private: { keyGroups: ['group-1'], paths: ['members'] },
} satisfies ResizerConfig;

/** The folder of its assembly; `CDK_OUT_WITH_MEMBERS` names one that is there already, such as a broken one. */
export const assemblyWithMembers = (): string =>
  process.env['CDK_OUT_WITH_MEMBERS'] ?? synthesiseIn(mkdtempSync(join(tmpdir(), 'members-')), CONFIG_WITH_MEMBERS);
