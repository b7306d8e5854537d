import { useEffect, useState, type JSX } from 'react';
import { ADVERSARIAL_FIELDS } from '../../../model/train/adversarial.ts';
import {
  defaultAdversarial,
  defaultRegularizer,
  type Experiment,
} from '../../../model/train/experiment.ts';
import {
  DATA_FIELDS,
  NORM_RECORD_FIELDS,
  ROBUST_FIELDS,
  TRAINING_FIELDS,
} from '../../../model/train/experiment-fields.ts';
import { REGULARIZER_FIELDS } from '../../../model/train/regularizer.ts';
import { robustAttackOf } from '../../../model/train/robust.ts';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { DataChooser } from '../data/data-chooser.tsx';
import { NetPart } from '../layers/net-part.tsx';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { useRuns } from '../use-runs.ts';
import { Explanation, FieldTable } from './fields.tsx';
import { KindPart, Part } from './kind-part.tsx';
import { PlannedEdits } from './planned-edits.tsx';

const MESSAGES = TEXT.setup;

function change(part: Partial<Experiment>): void {
  const { draft, setDraft } = runStore.getState();
  setDraft({ ...draft, ...part });
}

interface PartProps {
  readonly explained: boolean;
}

function Data({ explained }: PartProps): JSX.Element {
  const data = useRuns(({ draft }) => draft.data);
  const fieldErrors = useRuns((state) => state.fieldErrors);
  const take = (next: Experiment['data']): void =>
    change({ data: { ...next, own: next.source === 'own' ? next.own : '' } });
  return (
    <Part title={MESSAGES.data}>
      <FieldTable
        path="data"
        fields={DATA_FIELDS}
        values={data}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={take}
      />
      <DataChooser data={data} error={fieldErrors['data.own']} />
    </Part>
  );
}

function Net(props: PartProps): JSX.Element {
  return (
    <Part title={MESSAGES.net}>
      <NetPart {...props} />
    </Part>
  );
}

function Adversarial({ explained }: PartProps): JSX.Element {
  const settings = useRuns(({ draft }) => draft.adversarial);
  return (
    <KindPart
      title={MESSAGES.adversarial}
      path="adversarial"
      table={ADVERSARIAL_FIELDS}
      settings={settings}
      explained={explained}
      fresh={defaultAdversarial}
      onChange={(adversarial) => change({ adversarial })}
    />
  );
}

function Regularizer({ explained }: PartProps): JSX.Element {
  const settings = useRuns(({ draft }) => draft.regularizer);
  return (
    <KindPart
      title={MESSAGES.regularizer}
      path="regularizer"
      table={REGULARIZER_FIELDS}
      settings={settings}
      explained={explained}
      fresh={defaultRegularizer}
      onChange={(regularizer) => change({ regularizer })}
    />
  );
}

function Training({ explained }: PartProps): JSX.Element {
  const training = useRuns(({ draft }) => draft.training);
  const fieldErrors = useRuns((state) => state.fieldErrors);
  return (
    <Part title={MESSAGES.training}>
      <FieldTable
        path="training"
        fields={TRAINING_FIELDS}
        values={training}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={(next) => change({ training: next })}
      />
    </Part>
  );
}

function Robust({ explained }: PartProps): JSX.Element {
  const { adversarial, record } = useRuns(({ draft }) => draft);
  const fieldErrors = useRuns((state) => state.fieldErrors);
  const { robust, ...numbers } = ROBUST_FIELDS;
  const measured = robustAttackOf({ adversarial, record }) !== null;
  return (
    <Part title={MESSAGES.robust}>
      <FieldTable
        path="record"
        fields={measured ? { robust, ...numbers } : { robust }}
        values={record}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={(next) => change({ record: next })}
      />
    </Part>
  );
}

function RunPart({ explained }: PartProps): JSX.Element {
  const { name, seed, record } = useRuns(({ draft }) => draft);
  const fieldErrors = useRuns((state) => state.fieldErrors);
  return (
    <Part title={MESSAGES.run}>
      <div className={explained ? styles.wide : undefined}>
        <NumberField
          label={MESSAGES.seed}
          value={seed}
          min={0}
          error={fieldErrors['seed']}
          onChange={(next) => change({ seed: next })}
          onInputError={(inputError) => runStore.getState().setFieldError('seed', inputError)}
        />
        {explained && <Explanation help={MESSAGES.seedHelp} />}
      </div>
      <FieldTable
        path="record"
        fields={NORM_RECORD_FIELDS}
        values={record}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={(next) => change({ record: next })}
      />
      <div className={styles.wide}>
        <TextField
          maxLength={200}
          label={MESSAGES.name}
          value={name}
          placeholder={MESSAGES.namePlaceholder}
          onChange={(next) => change({ name: next })}
        />
      </div>
    </Part>
  );
}

/**
 * Clears errors of typed texts when their fields disappear, since they could no longer be fixed.
 */
function forgetTyped(): void {
  const { typed, setFieldError } = runStore.getState();
  for (const path of Object.keys(typed)) setFieldError(path, undefined);
}

/** The form of a new run, made from the tables that describe an experiment. */
export function Setup(): JSX.Element {
  const [explained, setExplained] = useState(false);
  useEffect(() => forgetTyped, []);
  const parts = { explained };
  return (
    <div className={styles.setup}>
      <Data {...parts} />
      <Net {...parts} />
      <Regularizer {...parts} />
      <Training {...parts} />
      <Adversarial {...parts} />
      <Robust {...parts} />
      <RunPart {...parts} />
      <PlannedEdits />
      <Button kind="quiet" aria-pressed={explained} onClick={() => setExplained(!explained)}>
        {MESSAGES.explain}
      </Button>
    </div>
  );
}
