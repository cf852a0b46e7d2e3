import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Agent } from 'undici';
import type { Origin } from '../deployment/deployment';
import type { OriginRequest } from './origin-response';
import { type EdgeResponse, errorPage } from './response';

/** How to reach the bucket behind an origin's domain name, and with whose signature. */
export interface BucketAddress {
  /** `http://127.0.0.1:PORT`, path style. */
  endpoint: URL;
  bucket: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const agent = new Agent();

/** Headers of one connection, which are not passed on. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive']);

/** Sends a request to the bucket, signed as CloudFront does with an origin access control. DG: private-content-restricting-access-to-s3 */
export async function askOrigin(
  request: OriginRequest,
  origin: Origin,
  address: BucketAddress,
  log: (line: string) => void,
): Promise<EdgeResponse> {
  const url = new URL(address.endpoint);
  const path = `/${address.bucket}${origin.OriginPath ?? ''}${request.uri}`;
  const signer = new SignatureV4({
    service: 's3',
    region: address.region,
    credentials: address.credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.sign({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path,
    query: {},
    headers: { ...request.headers, host: url.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  try {
    // The path has to be sent as it was signed; a URL would resolve its dot segments.
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path,
      method: request.method,
      headers: signed.headers,
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
