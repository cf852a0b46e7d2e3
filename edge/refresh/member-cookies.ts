import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { EagerKey } from '../config/settings';
import { fingerprintOf } from '../fingerprint';
import { LAMBDA_EDGE } from '../limits';
import { signedCookies } from '../signed-cookies';
import type { StackParameter } from '../stack-parameter';

/** How long cookies are valid, and how long they are used: less, so that a rotated key is soon read. */
const LIFETIME_SECONDS = 3_600;
const USE_SECONDS = 300;

/** Makes cookies for members' pictures, with a key from Systems Manager, which no error and no log contains. */
export class MemberCookies {
  readonly #eagerKey: EagerKey;
  readonly #readStack: () => Promise<StackParameter>;
  readonly #client = new SSMClient({ region: LAMBDA_EDGE.region });
  #made: { at: number; cookie: Promise<string> } | undefined;

  /** @param readStack reads the stack's parameter again, since a deploy may change its public keys */
  constructor(eagerKey: EagerKey, readStack: () => Promise<StackParameter>) {
    this.#eagerKey = eagerKey;
    this.#readStack = readStack;
  }

  /** The header of each request. @throws Error with one line if the key cannot be read or used */
  async header(): Promise<string> {
    const now = Date.now();
    if (!this.#made || now - this.#made.at > USE_SECONDS * 1_000) {
      const cookie = this.#make();
      this.#made = { at: now, cookie };
      cookie.catch(() => (this.#made = undefined));
    }
    return this.#made.cookie;
  }

  async #make(): Promise<string> {
    const { parameter } = this.#eagerKey;
    const privateKey = await this.#readKey(parameter);
    const { url, memberKeys = [] } = await this.#readStack();
    let fingerprint: string;
    try {
      fingerprint = fingerprintOf(privateKey);
    } catch {
      throw new Error(`The parameter ${parameter} holds no private key in PEM.`);
    }
    const keyPairId = this.#eagerKey.keyPairId ?? memberKeys.find((key) => key.fingerprint === fingerprint)?.id;
    if (keyPairId === undefined) {
      throw new Error(`The key in the parameter ${parameter} belongs to none of private.publicKeys.`);
    }
    return signedCookies({ url, keyPairId, privateKey, seconds: LIFETIME_SECONDS });
  }

  async #readKey(name: string): Promise<string> {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    const { Parameter } = await this.#client.send(command).catch((error: Error) => {
      throw new Error(`The parameter ${name} with the key for eager sizes cannot be read: ${error.name}.`);
    });
    return Parameter!.Value!;
  }
}
