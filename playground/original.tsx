/** One original: the variant for the chosen options, compared with another picture. */
import { useState } from 'preact/hooks';
import { readUrl } from '../edge/read-url';
import type { Grammar, Variant } from '../edge/variant';
import { Address } from './address';
import { type Picture, getOriginal, getVariant } from './api';
import { ChoiceGroup } from './choice-group';
import { type Choice, Choices, viewerChoices } from './choices';
import { ContactSheet } from './contact-sheet';
import { Copy } from './copy';
import { Facts, Refused } from './facts';
import { FileButton } from './gallery';
import { useAnswer, usePictureBefore } from './hooks';
import { FocusView } from './focus';
import { formatBytes, typeOfKey } from './format';
import { InfoView } from './info';
import { noteOn } from './members';
import type { Original, Resizer, ViewerClass } from './protocol';
import { type Pixels, Stage } from './stage';
import { type State, type Update, hashOf } from './state';
import { NO_OPTIONS, request } from './url';

interface OriginalProps {
  resizer: Resizer;
  classes: ViewerClass[];
  state: State;
  update: Update;
  /** The original, if it is listed. */
  original: Original | undefined;
  /** Changes with the original. */
  version: string;
  /** Missing if nothing can be changed. */
  onReplace?: ((file: File) => void) | undefined;
  onRemove?: (() => void) | undefined;
}

const VIEWS = { picture: 'Picture', sizes: 'All sizes', info: 'Facts', focus: 'Focal point', copy: 'Copy' };

export function OriginalPage(props: OriginalProps) {
  const { resizer, classes, state, original, version, onReplace, onRemove } = props;
  const { accept } = classes.find(({ target }) => target === state.viewer) ?? classes[0]!;
  const note = noteOn(resizer, state.key);
  return (
    <>
      <div class="bar">
        <h1 tabIndex={-1}>{state.key}</h1>
        {onReplace && <FileButton label="Replace…" onFiles={([file]) => file && onReplace(file)} />}
        {onRemove && (
          <button type="button" class="danger" onClick={onRemove}>
            Delete…
          </button>
        )}
      </div>
      {original?.bytes !== undefined && (
        <p class="note">
          {typeOfKey(state.key)} {formatBytes(original.bytes)}
        </p>
      )}
      {note && <p class="note">{note}</p>}
      <nav aria-label="Views" class="views">
        {Object.entries(VIEWS).map(([view, label]) => (
          <a key={view} href={hashOf({ ...state, view })} aria-current={state.view === view ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <div class="workbench">
        <Options {...props} accept={accept} />
        <div class="result">
          {state.view === 'sizes' ? (
            <ContactSheet
              resizer={resizer}
              originalKey={state.key}
              classes={classes}
              options={state}
              viewer={state.viewer}
              version={version}
              linkTo={(size) => hashOf({ ...state, size, fit: '', gravity: '', path: '', view: 'picture' })}
            />
          ) : state.view === 'info' ? (
            <InfoView resizer={resizer} originalKey={state.key} viewer={state.viewer} version={version} />
          ) : state.view === 'focus' ? (
            <FocusView
              resizer={resizer}
              originalKey={state.key}
              viewer={state.viewer}
              accept={accept}
              version={version}
            />
          ) : state.view === 'copy' ? (
            <Copy resizer={resizer} originalKey={state.key} options={state} accept={accept} />
          ) : (
            <PictureView {...props} accept={accept} />
          )}
        </div>
      </div>
    </>
  );
}

type WithAccept = OriginalProps & { accept: string };

function Options({ resizer, classes, state, update, accept }: WithAccept) {
  const choices = new Choices(resizer.grammar, state.key, state, accept);
  const set = (name: keyof State) => (value: string) => update({ [name]: value, path: '' });
  return (
    <details class="options" open={matchMedia('(min-width: 60rem)').matches}>
      <summary>Options</summary>
      <ChoiceGroup label="Size" choices={choices.sizes()} onChoose={set('size')} />
      <ChoiceGroup label="Preset" choices={choices.presets()} onChoose={set('size')} />
      <ChoiceGroup label="Fit" choices={choices.fits()} onChoose={set('fit')} />
      <ChoiceGroup label="Gravity" choices={choices.gravities()} onChoose={set('gravity')} />
      <ChoiceGroup label="Pixel ratio" choices={choices.ratios()} onChoose={set('dpr')} />
      <ChoiceGroup label="Quality" choices={choices.qualities()} onChoose={set('quality')} />
      <ChoiceGroup label="Format" choices={choices.formats()} onChoose={set('format')} />
      <ChoiceGroup
        label="Browsers that accept"
        choices={viewerChoices(classes, state.viewer)}
        onChoose={(viewer) => update({ viewer })}
      />
      <button type="button" onClick={() => update({ ...NO_OPTIONS, path: '' })}>
        Reset
      </button>
    </details>
  );
}

function PictureView({ resizer, state, update, original, version, accept }: WithAccept) {
  const { grammar, name } = resizer;
  const { key, viewer } = state;
  const [pixels, setPixels] = useState<Pixels>();
  const requested = request(grammar, key, state, accept);
  const path = state.path || requested.path;
  const variant = state.path ? variantOf(grammar, state.path, accept) : requested.variant;
  const [retries, setRetries] = useState(0);
  const shown = useAnswer(`${name} ${path} ${viewer} ${version} ${retries}`, () => getVariant(name, path, viewer));
  const before = usePictureBefore(`${name} ${path} ${viewer}`, shown.isLoading ? undefined : shown.value);

  const choices = besideChoices(new Choices(grammar, key, state, accept).otherFormats(), state, resizer, before);
  const beside = choices.find(({ isChosen, reason }) => isChosen && reason === undefined)?.value ?? '';
  const other = useAnswer(
    beside === '' || beside === 'before' ? undefined : `${name} ${path} ${viewer} ${version} ${beside}`,
    () =>
      beside === 'original'
        ? getOriginal(name, key)
        : getVariant(name, request(grammar, key, { ...state, format: beside }, accept).path, viewer),
  );
  const otherPicture = beside === 'before' ? before : beside === '' ? undefined : other.value;
  const { value: picture, error, isLoading } = shown;
  const isPicture = picture?.answer?.status === 200 || picture?.blob.type.startsWith('image/');
  return (
    <>
      <Address
        path={path}
        url={resizer.url}
        onAsk={(asked) => update({ path: asked === requested.path ? '' : asked })}
      />
      <div class="buttons">
        <button type="button" onClick={() => setRetries(retries + 1)}>
          Ask again
        </button>
        <button
          type="button"
          aria-pressed={state.zoom === 'fit'}
          onClick={() => update({ zoom: state.zoom === 'fit' ? 'true' : 'fit' })}
        >
          Fit to the page
        </button>
      </div>
      <ChoiceGroup label="Compare with" choices={choices} onChoose={(value) => update({ beside: value })} />
      {error && <p role="alert">{error}</p>}
      {other.error && <p role="alert">{other.error}</p>}
      <div aria-busy={isLoading} class={isLoading ? 'loading' : undefined}>
        {picture && isPicture && (
          <Stage
            picture={picture}
            alt={`${key} as requested`}
            label={variant ? labelOf(picture) : 'this'}
            beside={otherPicture && { picture: otherPicture, label: besideLabel(beside, otherPicture) }}
            fill={fillOf(variant?.fit)}
            isTrueSize={state.zoom !== 'fit'}
            onPixels={setPixels}
          />
        )}
        {picture && picture.answer?.status !== 200 && <Refused picture={picture} />}
        {picture && <Facts picture={picture} pixels={pixels} variant={variant} originalBytes={original?.bytes} />}
      </div>
      <p class="visually-hidden" role="status">
        {isLoading ? 'Asking' : picture?.answer ? `Answered with ${picture.answer.status}` : ''}
      </p>
    </>
  );
}

/** The variant that a typed path requests. */
function variantOf(grammar: Grammar, typed: string, accept: string): Variant | undefined {
  const [path = '', query = ''] = typed.split('?');
  // The answer will show whether its signature is valid.
  const wide = { ...grammar, isSigned: grammar.signed !== undefined };
  return readUrl(wide, path, query, accept)?.variant;
}

const labelOf = ({ blob }: Picture): string => blob.type.replace('image/', '').toUpperCase();

const besideLabel = (beside: string, picture: Picture): string =>
  beside === 'before' ? 'before the overwrite' : beside === 'original' ? 'the original' : labelOf(picture);

const fillOf = (fit: string | undefined) => (fit === 'cover' || fit === 'contain' ? fit : 'fill');

/** Pictures to compare with. */
function besideChoices(formats: Choice[], { beside, path }: State, { bucket }: Resizer, before?: Picture): Choice[] {
  const choice = (value: string, label: string, reason: string | undefined): Choice => ({
    value,
    label,
    isChosen: beside === value,
    ...(reason !== undefined && { reason }),
  });
  const ofPath = path ? 'The path was typed, so options do not apply.' : undefined;
  return [
    choice('', 'nothing', undefined),
    choice(
      'original',
      'original',
      bucket === undefined ? 'Only the keys are known. Give the bucket with --bucket.' : ofPath,
    ),
    ...formats.map(({ value, label, reason }) => choice(value, label, reason ?? ofPath)),
    choice('before', 'before the overwrite', before ? undefined : 'It has not changed while this page was open.'),
  ];
}
