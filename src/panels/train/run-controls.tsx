import { useState, type JSX } from 'react';
import { type Experiment } from '../../model/train/experiment.ts';
import {
  DATA_FIELDS,
  NORM_RECORD_FIELDS,
  RECORD_FIELDS,
  TRAINING_FIELDS,
} from '../../model/train/experiment-fields.ts';
import { ADVERSARIAL_FIELDS } from '../../model/train/adversarial.ts';
import { robustAttackOf } from '../../model/train/robust.ts';
import { REGULARIZER_FIELDS } from '../../model/train/regularizer.ts';
import { netStore } from '../../state/net/store.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { formatCount } from '../../ui/format.ts';
import { saveFile } from '../../ui/save-file.ts';
import { TextField } from '../../ui/text-field.tsx';
import { LiveEdits } from './live-edits.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { netTable, formatTable } from './labels.ts';

const MESSAGES = TEXT.run;

function settings({
  data,
  net,
  training,
  adversarial,
  regularizer,
  record,
  seed,
}: Experiment): [string, string][] {
  const entry = REGULARIZER_FIELDS[regularizer.kind];
  const attack = ADVERSARIAL_FIELDS[adversarial.kind];
  const measured = robustAttackOf({ adversarial, record }) !== null;
  return [
    ...formatTable(DATA_FIELDS, data),
    ...netTable(net),
    [TEXT.setup.adversarial, attack.label],
    ...formatTable(attack.fields, adversarial),
    [TEXT.setup.regularizer, entry.label],
    ...formatTable(entry.fields, regularizer),
    ...formatTable(TRAINING_FIELDS, training),
    [TEXT.setup.seed, String(seed)],
    ...formatTable(measured ? RECORD_FIELDS : NORM_RECORD_FIELDS, record),
  ];
}

function Settings({ summary }: Pick<RunEntry, 'summary'>): JSX.Element {
  return (
    <details className={styles.part}>
      <summary>{MESSAGES.settings}</summary>
      <dl className={styles.settings}>
        <div>
          <dt>{MESSAGES.parameters}</dt>
          <dd>{formatCount(summary.parameters)}</dd>
        </div>
        {settings(summary.experiment).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** A text field that commits on blur, not on every keystroke. */
function Words({ entry, field }: { entry: RunEntry; field: 'name' | 'note' }): JSX.Element {
  const kept = entry.summary.labels[field];
  const [typed, setTyped] = useState(kept);
  const keep = (): void => {
    const text = typed.trim();
    if (text === kept) return;
    if (field === 'name' && text === '') setTyped(kept);
    else runStore.getState().setLabels(entry.summary.id, { [field]: text });
  };
  const shared = { label: MESSAGES[field], value: typed, onChange: setTyped, onBlur: keep };
  return field === 'name' ? (
    <TextField {...shared} maxLength={200} onKeyDown={({ key }) => key === 'Enter' && keep()} />
  ) : (
    <TextField {...shared} maxLength={2000} rows={2} />
  );
}

const FILES = {
  record: { name: 'record.json', type: 'application/json' },
  description: { name: 'net.json', type: 'application/json' },
  weights: { name: 'weights.safetensors', type: 'application/octet-stream' },
} as const;

function Outputs({ id }: { readonly id: string }): JSX.Element {
  const [opening, setOpening] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const save = async (part: keyof typeof FILES): Promise<void> => {
    const files = await runStore.getState().files(id);
    if (files === null) return;
    const { name, type } = FILES[part];
    saveFile(name, new Blob([files[part]], { type }));
  };
  const open = async (): Promise<void> => {
    setOpening(true);
    const failure = await netStore.getState().openRun(id);
    setOpening(false);
    setRefused(failure?.message ?? null);
    if (failure === null) window.location.hash = '#/net';
  };
  return (
    <div className={styles.part}>
      <div className={styles.buttons}>
        <Button disabled={opening} onClick={() => void open()}>
          {opening ? MESSAGES.opening : MESSAGES.open}
        </Button>
      </div>
      <div role="group" aria-label={MESSAGES.files} className={styles.buttons}>
        {(['record', 'description', 'weights'] as const).map((part) => (
          <Button key={part} onClick={() => void save(part)}>
            {MESSAGES[part]}
          </Button>
        ))}
      </div>
      {refused !== null && <ErrorNote title={TEXT.trouble.refused}>{refused}</ErrorNote>}
    </div>
  );
}

/** Actions on the selected run besides training. */
export function RunControls({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { id } = entry.summary;
  return (
    <>
      {entry.summary.end?.kind !== 'finished' && <LiveEdits entry={entry} />}
      <Words key={`${id}-name`} entry={entry} field="name" />
      <Words key={`${id}-note`} entry={entry} field="note" />
      <Settings summary={entry.summary} />
      <Outputs id={id} />
    </>
  );
}
