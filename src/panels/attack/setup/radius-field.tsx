import { useState, type JSX } from 'react';
import { parseFraction } from '../../../kit/document/text.ts';
import { formatRadius, THREAT_FIELDS } from '../../../model/attack/plan.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { formatNumber } from '../../../ui/format.ts';
import { TextField } from '../../../ui/text-field.tsx';
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
  const [draft, setDraft] = useState<{ text: string; over: number } | null>(null);
  // Typed text is kept only while the radius that it replaced is unchanged, and, if it is invalid,
  // while its error is shown: a preset or another norm clears both.
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
  const inPixels = String(Number((255 * eps).toPrecision(4)));
  return (
    <TextField
      label={THREAT_FIELDS.eps.label}
      inputMode="decimal"
      value={text}
      help={error === undefined ? MESSAGES.value(formatNumber(eps), inPixels) : undefined}
      error={error}
      onChange={take}
      onBlur={() => error === undefined && setDraft(null)}
    />
  );
}
