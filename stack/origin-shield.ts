import { ConfigError } from '../edge/config/checked';
import { ORIGIN_SHIELD } from '../edge/limits';

/**
 * The Origin Shield for a bucket's region: the same one, or the one that AWS names as the nearest.
 * @throws ConfigError for a region that has neither
 */
export function originShieldRegion(region: string): string {
  const shield = (ORIGIN_SHIELD.regions as readonly string[]).includes(region) ? region : ORIGIN_SHIELD.nearest[region];
  if (!shield)
    throw new ConfigError(
      `Region ${region} has no Origin Shield near it; use one of ${ORIGIN_SHIELD.regions.join(', ')}.`,
    );
  return shield;
}
