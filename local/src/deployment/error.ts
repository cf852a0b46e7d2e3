import type { DeployedResource } from './deployment';

/** A template that AWS would refuse, or that cannot be run here. The message is one line that names the resource. */
export class DeploymentError extends Error {
  override name = 'DeploymentError';
}

export const errorOf = (
  { stack, logicalId }: Pick<DeployedResource, 'stack' | 'logicalId'>,
  problem: string,
): DeploymentError => new DeploymentError(`${stack}/${logicalId}: ${problem}`);
