import { createHash } from 'node:crypto';
import type { Config } from './config';
import { RENDERER_VERSION } from './render/version';

const CHARACTERS = 8;

/**
 * A hash of what decides which originals are refused: limits, memory, and the renderer with the kinds that it reads. It
 * is no part of the generation, since no picture changes with it.
 * @param memoryMb of the rendering function
 */
export function refusalRulesOf({ limits }: Config, memoryMb: number): string {
  const rules = { version: RENDERER_VERSION, limits, memoryMb };
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, CHARACTERS);
}
