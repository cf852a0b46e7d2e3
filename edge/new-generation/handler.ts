/**
 * The provider of a custom resource in the template. When a deploy changes the generation, it invalidates what
 * CloudFront has cached of the former one, once, after the distribution has the new origin path. It never fails a
 * deploy, since the rollback would need it, too.
 *
 * The build adds a first line to the bundle, which reads `SETTINGS` from `settings.json`.
 */
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import { retry } from './retry';
import type { NewGenerationSettings } from './settings';

declare const SETTINGS: NewGenerationSettings;

// The SDK does not retry: `retry` knows which errors of CloudFront are temporary, and how long to go on.
const cloudFront = new CloudFrontClient({ maxAttempts: 1 });

const generationOf = (properties: Record<string, unknown>): unknown => properties['Generation'];

const changesGeneration = (
  event: CloudFormationCustomResourceEvent,
): event is CloudFormationCustomResourceUpdateEvent =>
  event.RequestType === 'Update' &&
  generationOf(event.ResourceProperties) !== generationOf(event.OldResourceProperties);

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number };
}

/** Whether an error is temporary: throttling, or an error of the server or the network. */
function isTemporary(error: unknown): boolean {
  const { name, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  return status === undefined || status === 429 || status >= 500 || /Throttl|TooMany|SlowDown/.test(name);
}

/** The paths of all images, and of all images before the deploy, as wildcards. */
const pathsOf = (event: CloudFormationCustomResourceUpdateEvent): string[] => [
  ...new Set(
    [event.ResourceProperties, event.OldResourceProperties].map(
      (properties: { Base?: string; [name: string]: unknown }) => `${properties.Base ?? ''}/*`,
    ),
  ),
];

const invalidate = (distributionId: string, paths: string[], callerReference: string): Promise<unknown> =>
  cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: distributionId,
      InvalidationBatch: {
        // So that a repeated call creates no second invalidation.
        CallerReference: callerReference,
        Paths: { Quantity: paths.length, Items: paths },
      },
    }),
    { abortSignal: AbortSignal.timeout(SETTINGS.requestMs) },
  );

async function invalidateOrLog(event: CloudFormationCustomResourceUpdateEvent): Promise<void> {
  const id = String(event.ResourceProperties['DistributionId']);
  const paths = pathsOf(event);
  try {
    await retry(() => invalidate(id, paths, event.RequestId), isTemporary, SETTINGS.invalidating);
    console.log(JSON.stringify({ invalidated: paths.join(' '), distribution: id }));
  } catch (error) {
    console.log(
      JSON.stringify({
        error: String(error),
        todo: 'CloudFront may still serve variants of the former generation. Run this by hand',
        command: `aws cloudfront create-invalidation --distribution-id ${id} --paths ${paths.map((path) => `"${path}"`).join(' ')}`,
      }),
    );
  }
}

/**
 * Sends the response to CloudFormation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
async function succeed({
  ResponseURL,
  StackId,
  RequestId,
  LogicalResourceId,
}: CloudFormationCustomResourceEvent): Promise<void> {
  const response = await fetch(ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({
      Status: 'SUCCESS',
      PhysicalResourceId: 'generation',
      StackId,
      RequestId,
      LogicalResourceId,
    }),
    // The URL is signed without a content type.
    headers: { 'content-type': '' },
    signal: AbortSignal.timeout(SETTINGS.requestMs),
  });
  if (!response.ok) throw new Error(`CloudFormation's URL answered ${response.status}`);
}

/** @throws Error if CloudFormation cannot be reached: Lambda then retries */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  if (changesGeneration(event)) await invalidateOrLog(event);
  // Retries after any error, since the deploy waits for the response.
  await retry(
    () => succeed(event),
    () => true,
    SETTINGS.answering,
  );
}
