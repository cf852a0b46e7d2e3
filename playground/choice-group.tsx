import { useId, useState } from 'preact/hooks';
import type { Choice } from './choices';

interface ChoiceGroupProps {
  label: string;
  choices: Choice[];
  onChoose: (value: string) => void;
}

/** Values of an option as buttons. A refused one can have the focus, too, and says why it is refused. */
export function ChoiceGroup({ label, choices, onChoose }: ChoiceGroupProps) {
  const id = useId();
  const [asked, setAsked] = useState<string>();
  const reason = choices.find(({ value }) => value === asked)?.reason;
  if (choices.length === 0) return null;
  return (
    <div class="choices" role="group" aria-labelledby={id}>
      <span class="label" id={id}>
        {label}
      </span>
      <div class="buttons">
        {choices.map((choice) => (
          <button
            key={choice.value}
            type="button"
            aria-pressed={choice.isChosen}
            aria-disabled={choice.reason !== undefined}
            aria-description={choice.reason}
            title={choice.reason}
            onFocus={() => setAsked(choice.value)}
            onBlur={() => setAsked(undefined)}
            onClick={() => (choice.reason === undefined ? onChoose(choice.value) : setAsked(choice.value))}
          >
            {choice.label}
          </button>
        ))}
      </div>
      {reason && <p class="reason">{reason}</p>}
    </div>
  );
}
