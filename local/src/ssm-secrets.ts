import { randomBytes } from 'node:crypto';
import { ServiceError } from './http/service-error';
import type { KeptMap } from './kept-map';

/** A parameter that no template makes, as it outlives the process. */
export interface KeptParameter {
  name: string;
  type: 'String' | 'SecureString';
  value: string;
  version: number;
}

/** What of a parameter stands in an answer. */
export interface ParameterValue {
  type: KeptParameter['type'];
  value: string;
  version: number;
}

export interface NewParameter {
  name: string;
  type: KeptParameter['type'] | undefined;
  value: string;
  overwrite: boolean;
}

/** Of a standard parameter. Systems Manager User Guide: parameter-store-advanced-parameters */
const VALUE_BYTES = 4_096;

const refuse = (code: string, message: string): never => {
  throw new ServiceError(400, code, message);
};

/** @returns the version that it has now. @throws ServiceError as AWS does. Systems Manager API Reference: PutParameter */
export function putParameter(kept: KeptMap<KeptParameter>, { name, type, value, overwrite }: NewParameter): number {
  const known = kept.get(name);
  if (known && !overwrite) refuse('ParameterAlreadyExists', 'The parameter already exists. Set Overwrite.');
  if (!known && !type) refuse('ValidationException', 'A parameter type is required when you create a parameter.');
  if (!value || Buffer.byteLength(value) > VALUE_BYTES) {
    refuse('ValidationException', `A standard parameter has 1 to ${VALUE_BYTES} bytes.`);
  }
  const version = (known?.version ?? 0) + 1;
  kept.set({ name, type: type ?? known!.type, value, version });
  return version;
}

/** As it is read: what is secret, only by who asks for it to be decrypted. */
export function readParameter({ type, value, version }: KeptParameter, isDecrypted: boolean): ParameterValue {
  const isHidden = type === 'SecureString' && !isDecrypted;
  return { type, version, value: isHidden ? randomBytes(value.length).toString('base64') : value };
}
