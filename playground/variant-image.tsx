/** A small picture of the distribution. */
import { useState } from 'preact/hooks';
import { getVariant } from './api';
import { useAnswer } from './hooks';
import { isSignedFor } from './members';
import type { Resizer } from './protocol';
import { BlobImage } from './stage';

interface VariantImageProps {
  resizer: Resizer;
  originalKey: string;
  /** Canonical. */
  path: string;
  /** Changes with the original. */
  version: string;
  alt: string;
  viewer: string;
}

/** Loaded by the browser itself, or by the playground's server if it has to be signed. */
export const VariantImage = (props: VariantImageProps) =>
  isSignedFor(props.resizer, props.originalKey) ? <SignedImage {...props} /> : <PlainImage {...props} />;

function PlainImage({ resizer, path, version, alt }: VariantImageProps) {
  const [failed, setFailed] = useState<string>();
  // The distribution drops the parameter, but for the browser it is another picture.
  const src = `${resizer.url}${path}?version=${encodeURIComponent(version)}`;
  if (failed === src) return <NoPicture />;
  return <img src={src} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(src)} />;
}

function SignedImage({ resizer, path, version, alt, viewer }: VariantImageProps) {
  const { value, error } = useAnswer(`${path} ${viewer} ${version}`, () => getVariant(resizer.name, path, viewer));
  if (error || (value && value.answer?.status !== 200)) return <NoPicture />;
  return value ? <BlobImage blob={value.blob} alt={alt} /> : null;
}

export const NoPicture = () => <span class="note">no picture</span>;
