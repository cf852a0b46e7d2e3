import { useEffect, useRef } from 'preact/hooks';

export interface Question {
  text: string;
  /** Label of the button. */
  action: string;
  onYes: () => void;
}

interface ConfirmProps extends Question {
  onClose: () => void;
}

/** Asks before something is deleted or overwritten. */
export function Confirm({ text, action, onYes, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={action} onClose={onClose}>
      <p>{text}</p>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => {
            dialog.current?.close();
            onYes();
          }}
        >
          {action}
        </button>
      </div>
    </dialog>
  );
}
