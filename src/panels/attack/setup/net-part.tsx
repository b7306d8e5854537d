import { useId, type JSX, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { AttackSubject } from '../../../model/attack/evaluation.ts';
import type { RunSummary } from '../../../model/train/run.ts';
import type { NetEntry } from '../../../state/net/store.ts';
import { netStore } from '../../../state/net/store.ts';
import type { RunEntry } from '../../../state/train/entries.ts';
import { runStore } from '../../../state/train/store.ts';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import { Swatch } from '../../../ui/swatch.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { chooseNet } from './form.ts';

const MESSAGES = TEXT.setup.net;

interface ChoiceProps {
  readonly subject: AttackSubject;
  readonly name: string;
  readonly color: number;
  readonly run?: RunSummary;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

function Choice(props: ChoiceProps): JSX.Element {
  const { subject, name, color, run, disabled = false, children } = props;
  const id = useId();
  const chosen = useAttack(
    ({ subject: one }) => one?.kind === subject.kind && one.id === subject.id,
  );
  return (
    <li className={styles.choice} data-chosen={chosen}>
      <input
        type="radio"
        id={id}
        name="attacked-net"
        checked={chosen}
        disabled={disabled}
        aria-describedby={`${id}-about`}
        onChange={() => chooseNet(subject, run)}
      />
      <label htmlFor={id} className={styles.named}>
        <Swatch color={color} />
        <span className={styles.wrap}>{name}</span>
      </label>
      <p id={`${id}-about`} className={styles.small}>
        {children}
      </p>
    </li>
  );
}

function RunChoice({ entry: { summary } }: { readonly entry: RunEntry }): JSX.Element {
  const { id, labels, step, steps, last } = summary;
  const right =
    last === null || last.testCount === 0
      ? MESSAGES.unmeasured
      : MESSAGES.accuracy(
          formatPercent(last.testCorrect / last.testCount),
          formatCount(last.testCount),
        );
  return (
    <Choice subject={{ kind: 'run', id }} name={labels.name} color={labels.color} run={summary}>
      {MESSAGES.run(formatCount(step), formatCount(steps))}; {right}
    </Choice>
  );
}

function NetChoice({ entry: { summary, color } }: { readonly entry: NetEntry }): JSX.Element {
  const { id, name, described } = summary;
  return (
    <Choice subject={{ kind: 'net', id }} name={name} color={color} disabled={!described}>
      {described ? MESSAGES.net : MESSAGES.undescribed}
    </Choice>
  );
}

/** Which net is attacked: a run as it is now, or an opened net whose description is known. */
export function NetPart(): JSX.Element {
  const runs = useStore(runStore, (state) => state.runs);
  const listed = useStore(runStore, (state) => state.listed);
  const nets = useStore(netStore, (state) => state.nets);
  const any = runs.length + nets.length > 0;
  return (
    <fieldset className={styles.part}>
      <legend>{MESSAGES.title}</legend>
      {any ? (
        <ul className={styles.choices}>
          {runs.map((entry) => (
            <RunChoice key={entry.summary.id} entry={entry} />
          ))}
          {nets.map((entry) => (
            <NetChoice key={entry.summary.id} entry={entry} />
          ))}
        </ul>
      ) : (
        <p className={styles.small}>{listed ? MESSAGES.none : MESSAGES.listing}</p>
      )}
      <p className={styles.ways}>
        {any && <span className={styles.small}>{MESSAGES.more}</span>}
        <a href="#/train">{MESSAGES.train}</a>
        <a href="#/net">{MESSAGES.open}</a>
      </p>
    </fieldset>
  );
}
