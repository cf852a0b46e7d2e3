/**
 * The baseline of cold starts: the S3 client and the renderer in one process, which only gets, renders and puts. Buckets and
 * original come with the event.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isFailure } from '../../edge/failure';
import type { Variant } from '../../edge/variant';
import { render } from '../../edge/render';
import type { RenderSettings } from '../../edge/render/types';

export interface Trip {
  region: string;
  from: { Bucket: string; Key: string };
  to: { Bucket: string; Key: string };
  variant: Variant;
  settings: RenderSettings;
}

export async function handler({ region, from, to, variant, settings }: Trip): Promise<{ status: string }> {
  const client = new S3Client({ region });
  const { Body } = await client.send(new GetObjectCommand(from));
  const rendered = await render(Buffer.from(await Body!.transformToByteArray()), variant, settings);
  if (isFailure(rendered)) return { status: rendered.code };
  await client.send(new PutObjectCommand({ ...to, Body: rendered.body, ContentType: rendered.contentType }));
  return { status: '200' };
}
