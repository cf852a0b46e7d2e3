import { useState } from 'preact/hooks';
import { parseSize } from '../edge/size';
import type { Grammar } from '../edge/variant';
import { formatBytes, typeOfKey } from './format';
import type { Original, Originals, Resizer, ViewerClass } from './protocol';
import { type State, type Update, hashOf } from './state';
import { NO_OPTIONS, request } from './url';
import { NoPicture, VariantImage } from './variant-image';

/** Cards that are shown at first, and added with each click. */
const STEP = 60;

/** Longer side of a thumbnail, in CSS pixels: that of a card. */
const CARD_PIXELS = 220;

/** The listed size that is nearest to a card's. */
function thumbnailSize({ sizes }: Grammar): string {
  const farness = (size: string) => {
    const { width = 0, height = 0 } = parseSize(size);
    return Math.abs(Math.max(width, height) - CARD_PIXELS) + (width || height ? 0 : Infinity);
  };
  return [...sizes].sort((one, other) => farness(one) - farness(other))[0]!;
}

interface GalleryProps {
  resizer: Resizer;
  originals: Originals;
  viewer: ViewerClass;
  state: State;
  update: Update;
  /** Missing if nothing can be changed. */
  onUpload?: ((files: File[]) => void) | undefined;
}

export function Gallery({ resizer, originals, viewer, state, update, onUpload }: GalleryProps) {
  const [most, setMost] = useState(STEP);
  const wanted = state.search.toLowerCase();
  const found = originals.originals.filter(({ key }) => key.toLowerCase().includes(wanted));
  return (
    <>
      <div class="bar">
        <h1 tabIndex={-1}>Originals</h1>
        <label>
          Search
          <input
            type="search"
            value={state.search}
            onInput={({ currentTarget }) => update({ search: currentTarget.value })}
          />
        </label>
        {onUpload && <FileButton label="Upload…" isMultiple onFiles={onUpload} />}
      </div>
      <p class="note" role="status">
        {found.length.toLocaleString('en')} of {originals.originals.length.toLocaleString('en')} originals
        {originals.isTruncated && ', the first ones of more'}
        {onUpload && '. Drop files anywhere to upload them.'}
      </p>
      <ul class="gallery">
        {found.slice(0, most).map((original) => (
          <Card
            key={original.key}
            original={original}
            resizer={resizer}
            viewer={viewer}
            href={hashOf({ ...state, key: original.key })}
          />
        ))}
      </ul>
      {found.length > most && (
        <button type="button" onClick={() => setMost(most + STEP)}>
          Show more
        </button>
      )}
    </>
  );
}

interface CardProps {
  original: Original;
  resizer: Resizer;
  viewer: ViewerClass;
  href: string;
}

function Card({ original: { key, bytes, version = '' }, resizer, viewer, href }: CardProps) {
  const { grammar } = resizer;
  const { path, refusal } = request(grammar, key, { ...NO_OPTIONS, size: thumbnailSize(grammar) }, viewer.accept);
  return (
    <li>
      <a href={href}>
        <span class="picture">
          {refusal ? (
            <NoPicture />
          ) : (
            <VariantImage
              resizer={resizer}
              originalKey={key}
              path={path}
              version={version}
              alt=""
              viewer={viewer.target}
            />
          )}
        </span>
        <span class="name">{key}</span>
        <span class="note">
          {typeOfKey(key)}
          {bytes !== undefined && ` ${formatBytes(bytes)}`}
        </span>
      </a>
    </li>
  );
}

interface FileButtonProps {
  label: string;
  isMultiple?: boolean;
  onFiles: (files: File[]) => void;
}

/** Opens the file dialog. */
export function FileButton({ label, isMultiple = false, onFiles }: FileButtonProps) {
  return (
    <label class="file">
      {label}
      <input
        type="file"
        multiple={isMultiple}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
