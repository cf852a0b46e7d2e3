import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Agent, type Dispatcher } from 'undici';
import type { Origin } from '../deployment/deployment';
import type { OriginRequest } from './origin-response';
import { type Response, errorPage } from './response';

/** How to reach the bucket behind an origin's domain name, and with whose signature. */
export interface BucketAddress {
  /** `http://127.0.0.1:PORT`, path style. */
  endpoint: URL;
  bucket: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const agent = new Agent();

/** Headers that belong to one connection, which the next one does not see. */
const HOP_BY_HOP = ['connection', 'keep-alive'];

/** Asks the bucket, signed as CloudFront signs with an origin access control. DG: private-content-restricting-access-to-s3 */
export async function askOrigin(
  request: OriginRequest,
  origin: Origin,
  address: BucketAddress,
  log: (line: string) => void,
): Promise<Response> {
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
    // The path goes out as it is signed: as part of a URL its dots and escapes would be read.
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: signed.headers,
    });
    const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
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
