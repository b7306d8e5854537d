import { useMemo, useState, type JSX } from 'react';
import { defaultRegularizer } from '../../../model/train/experiment.ts';
import { REGULARIZER_FIELDS } from '../../../model/train/regularizer.ts';
import { asNew, type RunEntry } from '../../../state/train/entries.ts';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Select } from '../../../ui/select.tsx';
import { Toggle } from '../../../ui/toggle.tsx';
import { useStaged } from '../../../ui/use-staged.ts';
import trainStyles from '../train.module.css';
import { stepsOf } from '../labels.ts';
import styles from './decay.module.css';
import { Lines } from './lines.tsx';
import { lookOf } from './look.ts';
import { TEXT } from './messages.ts';
import { Picture } from './picture.tsx';
import { useStep, type StepControls } from './use-step.ts';

/** Puts a run's settings into the form, with norm decay for its regularizer. */
function newWithNormDecay({ summary: { experiment } }: RunEntry): void {
  const { setDraft, select } = runStore.getState();
  setDraft({ ...asNew(experiment), regularizer: defaultRegularizer('norm-decay-linf') });
  select(null);
}

function Without({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { label } = REGULARIZER_FIELDS[entry.summary.experiment.regularizer.kind];
  return (
    <div className={trainStyles.teaching}>
      <p>{TEXT.none.what}</p>
      <p>{TEXT.none.this(label)}</p>
      <div>
        <Button onClick={() => newWithNormDecay(entry)}>{TEXT.none.make}</Button>
      </div>
    </div>
  );
}

interface ControlProps {
  readonly entry: RunEntry;
  readonly step: StepControls;
  readonly follow: boolean;
  readonly setFollow: (follow: boolean) => void;
}

function hintOf({ activity, summary }: RunEntry, { taking, shown }: StepControls): string {
  if (taking) return TEXT.taking;
  if (activity !== 'idle') return TEXT.hints.running;
  if (summary.end?.kind === 'finished') return TEXT.hints.over;
  return shown?.after == null ? TEXT.hints.ready : TEXT.hints.after;
}

function Controls({ entry, step, follow, setFollow }: ControlProps): JSX.Element {
  const { shown, taking, nextLine, wholeStep } = step;
  const end = entry.summary.end?.kind;
  const over = end === 'finished' || end === 'not-finite';
  const idle = entry.activity === 'idle' && !taking && shown !== null;
  const last = shown !== null && (shown.line === 4 || shown.after !== null);
  return (
    <div className={styles.controls}>
      <div role="group" aria-label={TEXT.group} className={trainStyles.buttons}>
        <Button kind="primary" aria-disabled={!idle || (over && last)} onClick={() => nextLine()}>
          {TEXT.next}
        </Button>
        <Button aria-disabled={!idle || over} onClick={() => wholeStep()}>
          {TEXT.whole}
        </Button>
        <Toggle label={TEXT.follow} checked={follow} onChange={setFollow} />
      </div>
      <p className={styles.small}>{hintOf(entry, step)}</p>
    </div>
  );
}

function formatPlace(entry: RunEntry, { shown }: StepControls): string {
  if (shown === null) return '';
  const { before, after } = shown;
  const at = after?.step ?? before.step;
  const words = after === null ? TEXT.before(at + 1) : TEXT.shows(at);
  const reached = stepsOf(entry);
  return reached > at ? `${words}. ${TEXT.stale(reached)}` : `${words}.`;
}

function Watch({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { layers } = entry.summary;
  const [layer, setLayer] = useState(0);
  const [follow, setFollow] = useState(false);
  const [picked, setPicked] = useState<{ layer: number; at: number } | null>(null);
  const step = useStep(entry, layer, follow);
  const { shown, refused, read } = step;
  const look = useMemo(() => (shown === null ? null : lookOf(shown)), [shown]);
  const at = (picked?.layer === shown?.layer ? picked?.at : undefined) ?? look?.first ?? 0;
  // Formulas and numbers come a frame after the picture, so that a large kernel holds nothing up.
  const lineProps = useStaged(
    useMemo(() => (look === null ? null : { look, at }), [look, at]),
    null,
    2,
  );
  return (
    <div className={styles.watch}>
      <div className={styles.head}>
        <Select
          label={TEXT.layer}
          value={String(layer)}
          options={layers.map(({ name }, index) => ({ value: String(index), label: name }))}
          onChange={(value) => setLayer(Number(value))}
        />
        <Controls entry={entry} step={step} follow={follow} setFollow={setFollow} />
      </div>
      {refused !== null && (
        <ErrorNote title={TEXT.refused}>
          <p>{refused}</p>
          <Button onClick={read}>{TEXT.again}</Button>
        </ErrorNote>
      )}
      <p className={styles.small}>{shown === null ? TEXT.loading : formatPlace(entry, step)}</p>
      {shown !== null && look === null && <p>{TEXT.leftOut}</p>}
      {shown !== null && look !== null && (
        <div className={styles.parts}>
          <Picture
            key={shown.layer}
            look={look}
            at={at}
            onPick={(one) => setPicked({ layer: shown.layer, at: one })}
          />
          {lineProps !== null && <Lines {...lineProps} />}
        </div>
      )}
    </div>
  );
}

/** Norm decay at work on a layer of a run: the kernel, h on it, and Algorithm 1 line by line. */
export function Decay({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const decays = 'beta' in entry.summary.experiment.regularizer;
  const [open, setOpen] = useState(decays);
  return (
    <details
      className={trainStyles.part}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <h2 className={styles.title}>{TEXT.title}</h2>
      </summary>
      {open && (decays ? <Watch entry={entry} /> : <Without entry={entry} />)}
    </details>
  );
}
