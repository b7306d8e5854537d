import { useMemo, useState, type JSX, type SubmitEvent } from 'react';
import { settingsAt, type EditedField } from '../../model/train/experiment.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { useLive } from './use-runs.ts';
import { fineStep, stepsOf, formatTick } from './labels.ts';

const MESSAGES = TEXT.edits;
const MOST = 100;

interface Props {
  readonly id: string;
  readonly field: EditedField;
  /** The value that holds now. */
  readonly value: number;
}

/** One number of a run that can be changed while it continues: typed, then applied. */
function EditRow({ id, field, value }: Props): JSX.Element {
  const [typed, setTyped] = useState(value);
  const [inputError, setInputError] = useState<string>();
  const error = inputError ?? (typed >= 0 && typed <= MOST ? undefined : MESSAGES.range);
  const apply = (event: SubmitEvent): void => {
    event.preventDefault();
    if (error === undefined) void runStore.getState().edit(id, { field, value: typed });
  };
  return (
    <form className={styles.edit} onSubmit={apply}>
      <NumberField
        label={MESSAGES.fields[field]}
        value={typed}
        min={0}
        max={MOST}
        step={fineStep(typed)}
        error={error}
        onChange={(next) => setTyped(Number(next.toPrecision(12)))}
        onInputError={setInputError}
      />
      <Button
        type="submit"
        disabled={typed === value || error !== undefined}
        aria-label={MESSAGES.applyTo(MESSAGES.fields[field])}
      >
        {MESSAGES.apply}
      </Button>
    </form>
  );
}

/** Numbers of a run that may change while it continues, and what was changed by now. */
export function LiveEdits({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { id, experiment } = entry.summary;
  const { factor, epochs } = experiment.training;
  const milestones = experiment.training.milestones.filter((epoch) => epoch <= epochs);
  const lives = useMemo(() => [entry.live], [entry.live]);
  // An edit that was planned for a later step comes into force while the run continues.
  useLive(lives, 5);
  const { learningRate, regularizer } = settingsAt(experiment, stepsOf(entry) + 1);
  const fields: [EditedField, number][] = [['learningRate', learningRate]];
  if ('beta' in regularizer) fields.push(['beta', regularizer.beta]);
  if ('lambda' in regularizer) fields.push(['lambda', regularizer.lambda]);
  return (
    <fieldset className={styles.part}>
      <legend>{MESSAGES.title}</legend>
      {fields.map(([field, value]) => (
        <EditRow key={`${id}-${field}-${value}`} id={id} field={field} value={value} />
      ))}
      <p className={styles.small}>
        {MESSAGES.about}
        {milestones.length > 0 && ` ${MESSAGES.milestones(milestones, formatTick(factor))}`}
      </p>
      {experiment.edits.length > 0 && (
        <ul aria-label={MESSAGES.log} className={styles.small}>
          {experiment.edits.map(({ step, field, value }, at) => (
            <li key={`${at}-${step}`}>
              {MESSAGES.entry(step, MESSAGES.fields[field], formatTick(value))}
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
