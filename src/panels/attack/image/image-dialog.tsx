import { useEffect, useId, useRef, useState, type JSX } from 'react';
import { attacksOf } from '../../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import { isRight, type Verdict } from '../../../model/attack/verdict.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import styles from './image.module.css';
import { IMAGE_TEXT as MESSAGES } from './messages.ts';
import { PathView } from './trajectory-view.tsx';
import { useTrajectory } from './use-trajectory.ts';
import { attackName, className } from './labels.ts';

interface WayProps {
  readonly record: EvaluationRecord;
  readonly row: number;
  /** Place of the attack in the list. */
  readonly attack: number;
}

function Way({ record, row, attack }: WayProps): JSX.Element {
  const { id, plan, classes, verdicts } = record;
  const { trajectory, again } = useTrajectory({ id, row, attack });
  const { label, index } = verdicts[row]!;
  if (trajectory.state === 'walking') {
    return (
      <div className={styles.playing}>
        <p role="status">{MESSAGES.playing(formatCount(trajectory.steps))}</p>
        <Button onClick={trajectory.stop}>{MESSAGES.stop}</Button>
      </div>
    );
  }
  if (trajectory.state === 'ended') {
    return (
      <div className={styles.playing}>
        {trajectory.why === null ? (
          <p>{MESSAGES.stopped}</p>
        ) : (
          <ErrorNote title={MESSAGES.failed}>
            <p>{trajectory.why}</p>
          </ErrorNote>
        )}
        <Button onClick={again}>{MESSAGES.again}</Button>
      </div>
    );
  }
  const { path } = trajectory;
  return (
    <PathView
      path={path}
      label={label}
      classes={classes}
      threat={plan.threat}
      file={`image-${index}-${path.attack.kind}`}
    />
  );
}

interface AttackChoiceProps {
  readonly verdict: Verdict;
  readonly names: readonly string[];
  readonly attack: number;
  readonly onAttack: (attack: number) => void;
}

/** Which attack of the list is shown, and whether the evaluation ran it on this image. */
function AttackChoice({ verdict, names, attack, onAttack }: AttackChoiceProps): JSX.Element {
  const broke = verdict.brokenBy?.attack ?? null;
  return (
    <>
      {names.length > 1 && (
        <div className={styles.choice}>
          <Select
            label={MESSAGES.attack}
            value={String(attack)}
            options={names.map((name, at) => ({
              value: String(at),
              label: at === broke ? MESSAGES.broke(name) : name,
            }))}
            onChange={(value) => onAttack(Number(value))}
          />
        </div>
      )}
      {broke !== null && attack > broke && (
        <p className={styles.small}>{MESSAGES.notRun(names[attack]!)}</p>
      )}
    </>
  );
}

function Body({ record, row }: Omit<WayProps, 'attack'>): JSX.Element {
  const verdict = record.verdicts[row]!;
  const names = attacksOf(record.plan).map(attackName);
  const [attack, setAttack] = useState(verdict.brokenBy?.attack ?? 0);
  if (!isRight(verdict))
    return <p>{MESSAGES.wrongBefore(className(record.classes, verdict.prediction))}</p>;
  return (
    <>
      <AttackChoice verdict={verdict} names={names} attack={attack} onAttack={setAttack} />
      <Way key={attack} record={record} row={row} attack={attack} />
    </>
  );
}

interface Props {
  readonly record: EvaluationRecord;
  /** The rows of the gallery, in its order. */
  readonly rows: readonly number[];
  readonly row: number;
  readonly onRow: (row: number) => void;
  readonly onClose: () => void;
}

/** One enlarged image with an attack's trajectory; Escape closes it and restores the focus. */
export function ImageDialog({ record, rows, row, onRow, onClose }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const at = rows.indexOf(row);
  const { index, label } = record.verdicts[row]!;
  const step = (by: number) => () => onRow(rows[at + by]!);
  return (
    <dialog ref={dialog} aria-labelledby={titleId} className={styles.dialog} onClose={onClose}>
      <div className={styles.head}>
        <h2 id={titleId}>
          {MESSAGES.title(index)}{' '}
          <span className={styles.small}>
            {MESSAGES.label} {className(record.classes, label)}
          </span>
        </h2>
        <div className={styles.buttons}>
          <Button aria-disabled={at <= 0} onClick={step(-1)}>
            {MESSAGES.before}
          </Button>
          <Button aria-disabled={at < 0 || at >= rows.length - 1} onClick={step(1)}>
            {MESSAGES.next}
          </Button>
          <Button kind="primary" onClick={() => dialog.current?.close()}>
            {MESSAGES.close}
          </Button>
        </div>
      </div>
      <Body key={row} record={record} row={row} />
    </dialog>
  );
}
