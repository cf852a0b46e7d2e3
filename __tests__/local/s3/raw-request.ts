import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { Credentials } from '../../../local/src/iam/identities';
import { REGION } from './support';
import type { TestS3 } from './support';

export interface RawRequest {
  method?: string;
  /** Percent-encoded. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
  credentials?: Credentials | 'none';
  region?: string;
  signingDate?: Date;
}

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The request, signed by the SDK's own signer. */
export async function sign(server: TestS3, input: RawRequest): Promise<HttpRequest> {
  const { credentials = server.credentials(), region = REGION, signingDate = new Date(server.clock.now()) } = input;
  const { host, hostname, port } = new URL(server.s3.url);
  const unsigned: HttpRequest = {
    method: input.method ?? 'GET',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: input.path,
    query: input.query ?? {},
    headers: { host, ...input.headers },
    ...(input.body !== undefined && { body: input.body }),
  };
  if (credentials === 'none') return unsigned;
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false });
  return signer.sign(unsigned, { signingDate });
}

/** Sends a request unchanged; rejects if the connection breaks. */
export function deliver(signed: HttpRequest): Promise<RawResponse> {
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: signed.hostname,
        port: signed.port,
        method: signed.method,
        path: [signed.path, ...(query.length > 0 ? [query.join('&')] : [])].join('?'),
        headers: signed.headers,
        agent: false,
      },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(pieces).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(signed.body);
  });
}

/** Signs and sends. */
export async function raw(server: TestS3, input: RawRequest): Promise<RawResponse> {
  return deliver(await sign(server, input));
}
