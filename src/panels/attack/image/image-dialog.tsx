import { useEffect, useId, useRef, useState, type JSX } from 'react';
import { attacksOf } from '../../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import { isRight, type Verdict } from '../../../model/attack/verdict.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import styles from './image.module.css';
import { IMAGE_TEXT as WORDS } from './messages.ts';
import { PathView } from './trajectory-view.tsx';
import { useWalk } from './use-trajectory.ts';
import { attackName, className } from './labels.ts';

interface WayProps {
  readonly record: EvaluationRecord;
  readonly row: number;
  /** Place of the attack in the list. */
  readonly attack: number;
}

function Way({ record, row, attack }: WayProps): JSX.Element {
  const { id, plan, classes, verdicts } = record;
  const { walk, again } = useWalk({ id, row, attack });
  const { label, index } = verdicts[row]!;
  if (walk.state === 'walking') {
    return (
      <div className={styles.walking}>
        <p role="status">{WORDS.walking(formatCount(walk.steps))}</p>
        <Button onClick={walk.stop}>{WORDS.stop}</Button>
      </div>
    );
  }
  if (walk.state === 'ended') {
    return (
      <div className={styles.walking}>
        {walk.why === null ? (
          <p>{WORDS.stopped}</p>
        ) : (
          <ErrorNote title={WORDS.failed}>
            <p>{walk.why}</p>
          </ErrorNote>
        )}
        <Button onClick={again}>{WORDS.again}</Button>
      </div>
    );
  }
  const { path } = walk;
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

/** Which attack of the list is followed, and whether the evaluation had it take this image. */
function AttackChoice({ verdict, names, attack, onAttack }: AttackChoiceProps): JSX.Element {
  const broke = verdict.brokenBy?.attack ?? null;
  return (
    <>
      {names.length > 1 && (
        <div className={styles.choice}>
          <Select
            label={WORDS.attack}
            value={String(attack)}
            options={names.map((name, at) => ({
              value: String(at),
              label: at === broke ? WORDS.broke(name) : name,
            }))}
            onChange={(value) => onAttack(Number(value))}
          />
        </div>
      )}
      {broke !== null && attack > broke && (
        <p className={styles.small}>{WORDS.notRun(names[attack]!)}</p>
      )}
    </>
  );
}

function Body({ record, row }: Omit<WayProps, 'attack'>): JSX.Element {
  const verdict = record.verdicts[row]!;
  const names = attacksOf(record.plan).map(attackName);
  const [attack, setAttack] = useState(verdict.brokenBy?.attack ?? 0);
  if (!isRight(verdict))
    return <p>{WORDS.wrongBefore(className(record.classes, verdict.prediction))}</p>;
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

/** One image large, with the way of an attack; Escape closes it, and the focus goes back. */
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
          {WORDS.title(index)}{' '}
          <span className={styles.small}>
            {WORDS.label} {className(record.classes, label)}
          </span>
        </h2>
        <div className={styles.buttons}>
          <Button aria-disabled={at <= 0} onClick={step(-1)}>
            {WORDS.before}
          </Button>
          <Button aria-disabled={at < 0 || at >= rows.length - 1} onClick={step(1)}>
            {WORDS.next}
          </Button>
          <Button kind="primary" onClick={() => dialog.current?.close()}>
            {WORDS.close}
          </Button>
        </div>
      </div>
      <Body key={row} record={record} row={row} />
    </dialog>
  );
}
