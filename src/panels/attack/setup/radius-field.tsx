import { useId, useState, type JSX } from 'react';
import { parseFraction } from '../../../kit/document/text.ts';
import { formatRadius, THREAT_FIELDS } from '../../../model/attack/plan.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { formatNumber } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.setup.threat;
const PATH = 'threat.eps';

function complaintOn(text: string): string | undefined {
  if (text.trim() === '') return MESSAGES.empty;
  return Number.isFinite(parseFraction(text)) ? undefined : MESSAGES.wrong(text);
}

interface Props {
  readonly eps: number;
  readonly error: string | undefined;
  readonly onChange: (eps: number) => void;
}

/** A radius, typed as a decimal number (with point or comma) or as a fraction such as 8/255. */
export function RadiusField({ eps, error, onChange }: Props): JSX.Element {
  const id = useId();
  const [draft, setDraft] = useState<{ text: string; over: number } | null>(null);
  // What is typed holds only while the radius that it was typed over stands, and, where it is no
  // radius, while that is told: a preset or another norm lets go of both.
  const holds =
    draft?.over === eps && (error !== undefined || complaintOn(draft.text) === undefined);
  const text = holds ? draft.text : formatRadius(eps);
  const take = (next: string): void => {
    const inputError = complaintOn(next);
    attackStore.getState().setFieldError(PATH, inputError);
    const value = inputError === undefined ? parseFraction(next) : eps;
    setDraft({ text: next, over: value });
    if (value !== eps) onChange(value);
  };
  return (
    <div className={styles.textField}>
      <label htmlFor={id}>{THREAT_FIELDS.eps.label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-told`}
        onChange={(event) => take(event.target.value)}
        onBlur={() => error === undefined && setDraft(null)}
      />
      <p id={`${id}-told`} className={error === undefined ? styles.small : styles.error}>
        {error ?? MESSAGES.value(formatNumber(eps), String(Number((255 * eps).toPrecision(4))))}
      </p>
    </div>
  );
}
