/** A picture at its true pixels, alone or compared with another one by a slider. */
import { useState } from 'preact/hooks';
import type { Picture } from './api';
import { useBlobUrl } from './hooks';

export interface Pixels {
  width: number;
  height: number;
}

interface StageProps {
  picture: Picture;
  alt: string;
  /** Shown at the left of the slider. */
  beside?: { picture: Picture; label: string } | undefined;
  label: string;
  /** How the other picture fills the box of this one, as in CSS. */
  fill: 'cover' | 'contain' | 'fill';
  isTrueSize: boolean;
  onPixels: (pixels: Pixels) => void;
}

export function Stage({ picture, alt, beside, label, fill, isTrueSize, onPixels }: StageProps) {
  const [pixels, setPixels] = useState<Pixels>();
  const [share, setShare] = useState(50);
  // A pixel of the picture is one of the screen.
  const width = pixels && `${pixels.width / devicePixelRatio}px`;
  const ratio = pixels && `${pixels.width} / ${pixels.height}`;
  return (
    <figure class="stage">
      <div class="frame" tabIndex={0} role="group" aria-label="Picture, scrollable where it is larger than its frame">
        <div class={isTrueSize ? 'layers' : 'layers fitted'} style={{ width, aspectRatio: ratio }}>
          <BlobImage
            blob={picture.blob}
            alt={alt}
            class="layer"
            onPixels={(loaded) => {
              setPixels(loaded);
              onPixels(loaded);
            }}
          />
          {beside && (
            <div class="layer over" style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
              <BlobImage blob={beside.picture.blob} alt={`The same: ${beside.label}`} class={`layer ${fill}`} />
            </div>
          )}
          {beside && (
            <input
              class="split"
              type="range"
              min={0}
              max={100}
              value={share}
              aria-label={`Share of ${beside.label}, at the left, beside ${label}`}
              aria-valuetext={`${share} %`}
              onInput={({ currentTarget }) => setShare(currentTarget.valueAsNumber)}
            />
          )}
        </div>
      </div>
      {beside && (
        <figcaption class="sides">
          <span>◀ {beside.label}</span>
          <span>{label} ▶</span>
        </figcaption>
      )}
    </figure>
  );
}

interface BlobImageProps {
  blob: Blob;
  alt: string;
  class?: string;
  onPixels?: (pixels: Pixels) => void;
}

/** An image from a blob, or a sentence if the browser cannot show it. */
export function BlobImage({ blob, alt, class: className, onPixels }: BlobImageProps) {
  const url = useBlobUrl(blob);
  const [failed, setFailed] = useState<Blob>();
  if (failed === blob) return <p class={`${className} note`}>This browser cannot show {blob.type || 'it'}.</p>;
  return (
    <img
      src={url}
      alt={alt}
      class={className}
      onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => onPixels?.({ width, height })}
      onError={() => setFailed(blob)}
    />
  );
}
