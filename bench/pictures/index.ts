import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../scripts/usage';
import { type Half, SOURCES, type Source } from './sources';

/** Where `npm run bench:pictures` puts them. */
export const FOLDER = join(__dirname, '..', '..', '.cache', 'pictures');

export interface Picture {
  /** Its package, and its path in there. */
  name: string;
  /** Of the file. */
  path: string;
}

/** A picture that `npm run bench:pictures` fetches. */
export interface Listed extends Picture {
  sha256: string;
}

export interface Pictures {
  photographs: Picture[];
  graphics: Picture[];
}

const KINDS = ['photographs', 'graphics'] as const;

type Kind = (typeof KINDS)[number];

/** The pictures of a package, of one kind, whether they are there or not. */
const listed = (source: Source, kind: Kind, folder = FOLDER): Listed[] =>
  Object.entries(source[kind]).map(([path, sha256]) => {
    const name = `${source.package}/${path}`;
    return { name, path: join(folder, name), sha256 };
  });

/** All pictures of a package. */
export const allOf = (source: Source, folder = FOLDER): Listed[] =>
  KINDS.flatMap((kind) => listed(source, kind, folder));

/**
 * The pictures of one half, in the order of the list.
 * @throws UsageError if they have not been fetched
 */
export function picturesOf(half: Half, folder = FOLDER): Pictures {
  const of = (kind: Kind): Picture[] =>
    SOURCES.filter((source) => source.half === half).flatMap((source) => listed(source, kind, folder));
  const pictures = { photographs: of('photographs'), graphics: of('graphics') };
  const missing = [...pictures.photographs, ...pictures.graphics].find(({ path }) => !existsSync(path));
  if (missing) throw new UsageError(`The picture ${missing.name} is not there; \`npm run bench:pictures\` fetches it.`);
  return pictures;
}
