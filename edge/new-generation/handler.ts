/**
 * The provider of a custom resource in the template: when a deploy changes the generation, what CloudFront holds of
 * the former one is invalidated, once, after the distribution has the new origin path.
 */
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

const cloudFront = new CloudFrontClient();

const generationOf = (properties: Record<string, unknown>): unknown => properties['Generation'];

async function invalidateIfChanged(event: CloudFormationCustomResourceEvent): Promise<void> {
  if (event.RequestType !== 'Update') return;
  if (generationOf(event.ResourceProperties) === generationOf(event.OldResourceProperties)) return;
  await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: String(event.ResourceProperties['DistributionId']),
      InvalidationBatch: {
        // A repeated call of the same update is the same invalidation.
        CallerReference: event.RequestId,
        Paths: { Quantity: 1, Items: ['/*'] },
      },
    }),
  );
}

/** Answers CloudFormation at the URL that it gave. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const failure = await invalidateIfChanged(event).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const answer = {
    Status: failure === undefined ? 'SUCCESS' : 'FAILED',
    ...(failure !== undefined && { Reason: failure }),
    PhysicalResourceId: 'generation',
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  // The URL is signed without a content type.
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer), headers: { 'content-type': '' } });
}
