import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Agent } from 'undici';
import type { Origin } from '../deployment/deployment';
import type { OriginRequest } from './origin-response';
import { type EdgeResponse, errorPage, notRunHere } from './response';

/** How to reach the bucket behind an origin's domain name. */
export interface BucketAddress {
  /** `http://127.0.0.1:PORT`, path style. */
  endpoint: URL;
  bucket: string;
  region: string;
  /** Missing if CloudFront does not sign; the bucket then has to be public. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** What an origin of the template is here: a bucket, a server that requests are forwarded to, or nothing. */
export type OriginTarget = { bucket: BucketAddress } | { server: URL } | { notRun: true };

const agent = new Agent();

/** Hop-by-hop headers are not passed on. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive']);

/** Signs as an origin access control does. DG: private-content-restricting-access-to-s3 */
async function bucketHeaders(
  { method, headers }: OriginRequest,
  path: string,
  { endpoint, region, credentials }: BucketAddress,
): Promise<Record<string, string>> {
  const unsigned = { ...headers, host: endpoint.host };
  if (!credentials) return unsigned;
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    port: Number(endpoint.port),
    path,
    query: {},
    headers: { ...unsigned, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  return signed.headers;
}

/** Sends a request to an origin. One that is not run here answers 501. */
export async function requestOrigin(
  request: OriginRequest,
  origin: Origin,
  target: OriginTarget,
  log: (line: string) => void,
): Promise<EdgeResponse> {
  if ('notRun' in target) return notRunHere(origin);
  const uri = `${origin.OriginPath ?? ''}${request.uri}`;
  if ('bucket' in target) {
    const path = `/${target.bucket.bucket}${uri}`;
    return send(request, origin, target.bucket.endpoint, path, await bucketHeaders(request, path, target.bucket), log);
  }
  const path = `${target.server.pathname.replace(/\/$/, '')}${uri}${request.query ? `?${request.query}` : ''}`;
  // A server may host several sites, and choose one by Host.
  const headers = { host: target.server.host, 'x-forwarded-for': request.clientIp, ...request.headers };
  return send(request, origin, target.server, path, headers, log);
}

async function send(
  request: OriginRequest,
  origin: Origin,
  to: URL,
  path: string,
  sent: Record<string, string>,
  log: (line: string) => void,
): Promise<EdgeResponse> {
  try {
    // Not a URL: that would resolve dot segments, and the path has to be sent as it was signed.
    const { statusCode, headers, body } = await agent.request({
      origin: to.origin,
      path,
      method: request.method,
      headers: sent,
      ...(request.body && { body: request.body }),
    });
    const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
    return {
      status: statusCode,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, [value].flat().join(', ')])),
      body: Buffer.from(await body.arrayBuffer()),
    };
  } catch (error) {
    log(`origin ${origin.DomainName}: ${error instanceof Error ? error.message : String(error)}`);
    return errorPage(502, 'Error', 'CloudFront could not connect to the origin.');
  }
}
