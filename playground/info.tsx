/** The facts about an original, as `info.json` has them. */
import type { ComponentChildren } from 'preact';
import type { Info } from '../edge/render/info';
import { encodeKey } from '../edge/path';
import { INFO, INFO_TARGET } from '../edge/variant';
import { type Picture, getVariant } from './api';
import { Refused } from './facts';
import { formatBytes } from './format';
import { useAnswer } from './hooks';
import type { Resizer } from './protocol';
import { BlobImage } from './stage';

interface InfoViewProps {
  resizer: Resizer;
  originalKey: string;
  viewer: string;
  /** Changes with the original. */
  version: string;
}

interface Answered {
  picture: Picture;
  /** Missing without a picture. */
  info?: Info;
}

async function ask({ name, grammar }: Resizer, key: string, viewer: string): Promise<Answered> {
  const picture = await getVariant(name, infoPath(grammar.base, key), viewer);
  if (picture.answer?.status !== 200) return { picture };
  return { picture, info: JSON.parse(await picture.blob.text()) as Info };
}

const infoPath = (base: string, key: string): string => `${base}/${encodeKey(key)}/${INFO}.${INFO_TARGET}`;

export function InfoView({ resizer, originalKey: key, viewer, version }: InfoViewProps) {
  const { value, error, isLoading } = useAnswer(`${resizer.name} ${key} ${version}`, () => ask(resizer, key, viewer));
  const url = resizer.url + infoPath(resizer.grammar.base, key);
  return (
    <section aria-label="Facts" class="facts" aria-busy={isLoading}>
      {error && <p role="alert">{error}</p>}
      {value && !value.info && <Refused picture={value.picture} />}
      {value?.info && <List info={value.info} />}
      <p class="note">
        Pages get these facts as JSON, before they load the picture:{' '}
        <a href={url} target="_blank" rel="noreferrer">
          {url}
        </a>
      </p>
    </section>
  );
}

function List({ info }: { info: Info }) {
  const { width, height, format, bytes, frames, transparent, focus, colour, thumbHash, placeholder } = info;
  const rows: [name: string, value: ComponentChildren][] = [
    ['Dimensions', `${width} × ${height}`],
    ['Type', format.toUpperCase()],
    ['Bytes', `${formatBytes(bytes)} (${bytes.toLocaleString('en')})`],
    ['Frames', frames > 1 ? `${frames}` : 'one'],
    ['Transparent', transparent ? 'yes' : 'no'],
    ['Focal point', focus ? `${focus.x}, ${focus.y}` : 'none: crops keep the middle'],
    ['Colour', colour === null ? 'none' : <Swatch colour={colour} />],
    ['Placeholder', <BlobImage blob={blobOf(placeholder)} alt="The placeholder" class="placeholder" />],
    ['ThumbHash', <code>{thumbHash}</code>],
  ];
  return (
    <dl>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const Swatch = ({ colour }: { colour: string }) => (
  <>
    <span class="swatch" style={{ background: colour }} /> {colour}
  </>
);

/** From a data URI, which the page's content security policy does not allow. */
function blobOf(uri: string): Blob {
  const [head = '', base64 = ''] = uri.split(',');
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: /^data:([^;]*)/.exec(head)?.[1] ?? '' });
}
