import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Agent, request as httpRequest } from 'node:http';
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

const agent = new Agent({ keepAlive: true });

/** The path goes out as it is signed: as part of a URL its dots and escapes would be read. */
function send(
  { hostname, port }: URL,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const names = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
        resolve({ status: response.statusCode!, headers: Object.fromEntries(names), body: Buffer.concat(chunks) });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

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
    const response = await send(url, path, request.method, signed.headers);
    for (const name of HOP_BY_HOP) delete response.headers[name];
    return response;
  } catch (error) {
    log(`origin ${origin.DomainName}: ${error instanceof Error ? error.message : String(error)}`);
    return errorPage(502, 'Error', 'CloudFront could not connect to the origin.');
  }
}
