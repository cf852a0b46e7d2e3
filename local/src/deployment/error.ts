/** A template that cannot be run here, or that AWS would refuse; the message is one line that names the resource. */
export class DeploymentError extends Error {
  override name = 'DeploymentError';
}
