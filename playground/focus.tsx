/** The focal point of an original: set by a click, or by two sliders. */
import { useEffect, useState } from 'preact/hooks';
import { isBox, parseSize } from '../edge/size';
import type { Grammar } from '../edge/variant';
import { getFocus, getOriginal, getVariant, putFocus } from './api';
import { useAnswer, useBlobUrl } from './hooks';
import type { FocalPoint, Resizer } from './protocol';
import { NO_OPTIONS, request } from './url';
import { VariantImage } from './variant-image';

const MIDDLE: FocalPoint = { x: 0.5, y: 0.5 };

const MAX_CROPS = 6;

interface FocusViewProps {
  resizer: Resizer;
  originalKey: string;
  viewer: string;
  accept: string;
  /** Changes with the original. */
  version: string;
}

/** A listed size that shows the whole picture; undefined where all are boxes. */
const wholeSize = ({ sizes }: Grammar): string | undefined =>
  sizes.find((size) => size.endsWith('w') && parseInt(size, 10) >= 900) ??
  sizes.find((size) => !isBox(parseSize(size)));

export function FocusView(props: FocusViewProps) {
  if (props.resizer.bucket !== undefined) return <FocusEditor {...props} />;
  return <p class="note">Only the keys are known. Give the bucket with --bucket.</p>;
}

function FocusEditor(props: FocusViewProps) {
  const { resizer, originalKey: key, viewer, accept, version } = props;
  const { name, grammar } = resizer;
  const [point, setPoint] = useState<FocalPoint>();
  const [message, setMessage] = useState('');
  const stored = useAnswer(`${name} ${key} ${version}`, () => getFocus(name, key));
  const size = wholeSize(grammar);
  const whole = useAnswer(`${name} ${key} ${version} ${viewer}`, () =>
    size === undefined
      ? getOriginal(name, key)
      : getVariant(name, request(grammar, key, { ...NO_OPTIONS, size }, accept).path, viewer),
  );
  useEffect(() => setPoint(stored.value), [stored.value]);

  const save = async (wanted: FocalPoint | undefined) => {
    setPoint(wanted);
    setMessage('Saving …');
    try {
      await putFocus(name, key, wanted);
      setMessage(wanted ? `The focal point is at ${percent(wanted.x)}, ${percent(wanted.y)}.` : 'There is none.');
    } catch (error) {
      setMessage((error as Error).message);
    }
  };
  const error = stored.error ?? whole.error;
  return (
    <section aria-label="Focal point">
      {error && <p role="alert">{error}</p>}
      <p>Click the point that crops should keep.</p>
      {whole.value && <Spot blob={whole.value.blob} point={point} onPick={(picked) => void save(picked)} />}
      <div class="sliders">
        <Slider label="From the left" value={point?.x} onInput={(x) => setPoint({ ...(point ?? MIDDLE), x })} />
        <Slider label="From the top" value={point?.y} onInput={(y) => setPoint({ ...(point ?? MIDDLE), y })} />
      </div>
      <div class="buttons">
        <button type="button" onClick={() => void save(point ?? MIDDLE)}>
          Save the focal point
        </button>
        <button type="button" onClick={() => void save(undefined)}>
          Remove it
        </button>
      </div>
      <p role="status">{message}</p>
      <Crops {...props} />
    </section>
  );
}

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

interface SpotProps {
  blob: Blob;
  point: FocalPoint | undefined;
  onPick: (point: FocalPoint) => void;
}

function Spot({ blob, point, onPick }: SpotProps) {
  const url = useBlobUrl(blob);
  return (
    // The sliders are for users without a pointer.
    <div
      class="spot"
      onClick={({ currentTarget, clientX, clientY }) => {
        const { left, top, width, height } = currentTarget.getBoundingClientRect();
        const within = (value: number) => Math.min(1, Math.max(0, value));
        onPick({ x: within((clientX - left) / width), y: within((clientY - top) / height) });
      }}
    >
      <img src={url} alt="The whole picture" />
      {point && <span class="marker" style={{ left: `${100 * point.x}%`, top: `${100 * point.y}%` }} />}
    </div>
  );
}

interface SliderProps {
  label: string;
  value: number | undefined;
  onInput: (value: number) => void;
}

function Slider({ label, value = 0.5, onInput }: SliderProps) {
  return (
    <>
      <span aria-hidden="true">{label}</span>
      <input
        type="range"
        min={0}
        max={100}
        value={Math.round(100 * value)}
        aria-label={label}
        aria-valuetext={percent(value)}
        onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber / 100)}
      />
      <span aria-hidden="true">{percent(value)}</span>
    </>
  );
}

/** Crops to the listed boxes. */
function Crops({ resizer, originalKey: key, viewer, accept, version }: FocusViewProps) {
  const { grammar } = resizer;
  const boxes = grammar.sizes.filter((size) => isBox(parseSize(size))).slice(0, MAX_CROPS);
  return (
    <ul class="crops" aria-label="Crops">
      {boxes.map((size) => (
        <li key={size}>
          <VariantImage
            resizer={resizer}
            originalKey={key}
            path={request(grammar, key, { ...NO_OPTIONS, size }, accept).path}
            version={version}
            alt={`The crop to ${size}`}
            viewer={viewer}
          />
          <span class="note">{size}</span>
        </li>
      ))}
    </ul>
  );
}
