import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Principal } from './evaluate';
import { sameText } from '../s3/signature';
import type { Identities } from '../s3/identities';

/** A request to a service of AWS's JSON protocol; header names in lower case. */
export interface ServiceRequest {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Who signed a request with Signature Version 4; nothing where the signature is missing or wrong.
 * IAM User Guide: create-signed-request.
 */
export async function principalOf(
  { method, path, headers, body }: ServiceRequest,
  identities: Identities,
): Promise<Principal | undefined> {
  const given = headers['authorization'] ?? '';
  const [, accessKeyId, region, service, names] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=/.exec(
      given,
    ) ?? [];
  const identity = identities.get(accessKeyId ?? '');
  const date = parseDate(headers['x-amz-date'] ?? '');
  if (!identity || !date || !region || !service || !names) return undefined;
  if (identity.sessionToken !== headers['x-amz-security-token']) return undefined;
  const signed = Object.fromEntries(names.split(';').map((name) => [name, headers[name] ?? '']));
  const signer = new SignatureV4({
    credentials: { accessKeyId: accessKeyId!, secretAccessKey: identity.secretAccessKey },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = { method, path, protocol: 'http:', hostname: '', headers: signed, body };
  const expected = await signer.sign(request, { signingDate: date, signableHeaders: new Set(names.split(';')) });
  return sameText(expected.headers['authorization']!, given) ? identity.principal : undefined;
}

function parseDate(text: string): Date | undefined {
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
