import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The store is global, and takes only requests with this kind of signature.
import '@aws-sdk/signature-v4a';
import { Agent } from 'node:http';
import { type LookupFunction, isIP } from 'node:net';
import { lookup as lookUp } from 'node:dns';
import { LAMBDA_EDGE } from '../../edge/limits';
import { KEYS_ENTRY } from '../../edge/signature';
import { type SigningKey, signingKeyOf } from './signing-key';

/** Not every resolver knows that names below localhost are this machine. RFC 6761, 6.3 */
const lookup: LookupFunction = (hostname, options, callback) =>
  lookUp(hostname.endsWith('.localhost') && !isIP(hostname) ? 'localhost' : hostname, options, callback);

/** The signing keys of a resizer, in its KeyValueStore: the current one, and the next one while they are rotated. */
export class KeyStore {
  readonly #arn: string;
  readonly #client = new CloudFrontKeyValueStoreClient({
    region: LAMBDA_EDGE.region,
    requestHandler: { httpAgent: new Agent({ lookup }) },
  });

  constructor(arn: string) {
    this.#arn = arn;
  }

  async read(): Promise<SigningKey[]> {
    try {
      const { Value } = await this.#client.send(new GetKeyCommand({ KvsARN: this.#arn, Key: KEYS_ENTRY }));
      return Value!.split(' ').map(signingKeyOf);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  }

  /** Replaces all keys at once. @throws ConflictException if somebody else changed the store in the meantime */
  async write(keys: SigningKey[]): Promise<void> {
    const { ETag } = await this.#client.send(new DescribeKeyValueStoreCommand({ KvsARN: this.#arn }));
    const Value = keys.map(({ secret }) => secret).join(' ');
    await this.#client.send(new PutKeyCommand({ KvsARN: this.#arn, Key: KEYS_ENTRY, Value, IfMatch: ETag }));
  }

  close(): void {
    this.#client.destroy();
  }
}
