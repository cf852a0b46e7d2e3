/** The setting `private`, for pictures that only members may see: its schema, and its conflicts with other settings. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { splitSize } from '../size';
import { ConfigError } from './checked';
import { listOf } from './list-of';

const PATH = 'expected a folder such as members or clients/a, of a-z, A-Z, 0-9, - . _ and ~, without slashes around it';

export const privateSchema = z
  .strictObject({
    publicKeys: listOf(z.string('expected the path of a PEM file').min(1, 'expected the path of a PEM file'))
      .optional()
      .describe(
        'Files of public keys in PEM, relative to the config file. CloudFront then only serves signed URLs and cookies: docs/members.md.',
      ),
    keyGroups: listOf(z.string().regex(/^[\w-]+$/, 'expected the id of a key group of CloudFront'))
      .optional()
      .describe('Ids of existing key groups of CloudFront, in place of `publicKeys`.'),
    eagerKey: z
      .strictObject({
        parameter: z
          .string()
          .regex(/^(\/[\w.-]+)+$/, 'expected the name of a parameter such as /images/members-key')
          .describe(
            "Name of a SecureString of Systems Manager in us-east-1 with a private key in PEM, with which `eager` sizes are also made of members' pictures: docs/members.md.",
          ),
        keyPairId: z
          .string()
          .regex(/^\w+$/, 'expected the id of a public key of CloudFront')
          .optional()
          .describe('Id of its public key, with `keyGroups`.'),
      })
      .optional(),
    paths: listOf(z.string().regex(/^(?!\.\.?(\/|$))[\w.~-]+(\/(?!\.\.?(\/|$))[\w.~-]+)*$/, PATH))
      .optional()
      .describe('Private folders, such as `members`. Without it, the whole distribution is private.'),
  })
  .refine(
    ({ publicKeys, keyGroups }) => (publicKeys === undefined) !== (keyGroups === undefined),
    'expected publicKeys or keyGroups: who may sign',
  )
  .refine(({ eagerKey, keyGroups }) => !eagerKey || (eagerKey.keyPairId !== undefined) === (keyGroups !== undefined), {
    path: ['eagerKey', 'keyPairId'],
    error: 'expected it with keyGroups, and with them alone: of publicKeys, the stack knows the ids',
  });

interface WithPrivate {
  private?: z.output<typeof privateSchema> | undefined;
  presets: Record<string, unknown>;
  eager: string[];
  fallback?: string | undefined;
}

/** Conflicts of `private` with other settings: for each the field that has to change, and what is expected of it. */
export function* privateFaults(config: WithPrivate): Generator<[path: (string | number)[], message: string]> {
  const { private: members, presets, eager, fallback } = config;
  if (!members) return;
  if (!members.paths && !members.eagerKey && eager.length > 0) {
    yield [
      ['eager'],
      'expected none, since all is private: the function that makes eager sizes has no key to sign with. Set private.eagerKey or private.paths, or warm them: docs/members.md',
    ];
  }
  for (const [index, folder] of (members.paths ?? []).entries()) {
    const name = folder.split('/').find((each) => splitSize(each) ?? (each === 'full' || Object.hasOwn(presets, each)));
    if (name) yield [['private', 'paths', index], `expected a folder without ${name}, which a URL reads as a size`];
    if (fallback?.startsWith(`${folder}/`))
      yield [['fallback'], `expected a key that is not below ${folder}, which is private`];
  }
}

/** The text of a public key. @throws Error with what was expected instead */
export function readPublicKey(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (!text.trim().startsWith('-----BEGIN PUBLIC KEY-----')) {
    throw new Error('expected a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey(text);
  const isUsable = type === 'rsa' ? details?.modulusLength === 2048 : details?.namedCurve === 'prime256v1';
  if (!isUsable) throw new Error('expected a key of RSA with 2048 bits, or of ECDSA on the curve prime256v1');
  return text;
}

/** The config with absolute paths of public keys. @throws ConfigError with a line for each that cannot be used */
export function withPublicKeys<T extends WithPrivate>(config: T, folder: string): T {
  const files = config.private?.publicKeys;
  if (!files) return config;
  const lines: string[] = [];
  const publicKeys = files.map((file, index) => {
    const path = resolve(folder, file);
    try {
      readPublicKey(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? 'expected a file that exists' : message;
      lines.push(`private.publicKeys[${index}]: ${JSON.stringify(file)}, ${why}`);
    }
    return path;
  });
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return { ...config, private: { ...config.private, publicKeys } };
}

/** The key that signs requests for eager sizes of members' pictures; undefined if there are no such requests. */
export const eagerKeyOf = ({ private: members, eager }: Pick<WithPrivate, 'private' | 'eager'>) =>
  eager.length > 0 ? members?.eagerKey : undefined;

/** What the keys of originals for members begin with; undefined if there are no such folders. */
export const foldersOf = ({ private: members }: Pick<WithPrivate, 'private'>): string[] | undefined =>
  members?.paths?.map((path) => `${path}/`);
