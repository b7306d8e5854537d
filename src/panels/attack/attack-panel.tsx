import { useEffect, type JSX } from 'react';
import { followAttackLink } from '../../state/attack-link.ts';
import { attackStore, type EvaluationEntry } from '../../state/attack-store.ts';
import { dataStore } from '../../state/data-store.ts';
import { runStore } from '../../state/run-store.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import styles from './attack.module.css';
import { EvaluationList } from './list/evaluation-list.tsx';
import { TEXT } from './messages.ts';
import { NetName } from './net-name.tsx';
import { OwnPicture } from './own/own-picture.tsx';
import { Controls, Settings } from './results/controls.tsx';
import { Downloads } from './results/downloads.tsx';
import { Results } from './results/results.tsx';
import { Begin } from './setup/begin.tsx';
import { Setup } from './setup/setup.tsx';
import { PanelTrouble } from './trouble.tsx';
import { useSelected } from './use-attack.ts';

function Fresh(): JSX.Element {
  return (
    <>
      <div className={styles.lead}>
        <h2>{TEXT.setup.title}</h2>
        <Begin />
      </div>
      <div className={styles.rest}>
        <Setup />
      </div>
    </>
  );
}

function Of({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  return (
    <>
      <div className={styles.lead}>
        <h2 className={styles.named}>
          <NetName subject={entry.record.subject} />
        </h2>
        <Controls entry={entry} />
      </div>
      <div className={styles.rest}>
        <Settings entry={entry} />
        <Downloads entry={entry} />
      </div>
    </>
  );
}

function Teaching(): JSX.Element {
  const { what, believe, kept } = TEXT.empty;
  return (
    <div className={styles.teaching}>
      {[what, believe, kept].map((text) => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}

/** Attacks on a net: what falls, at which attack, and what of it can be believed. */
export function AttackPanel(): JSX.Element {
  const entry = useSelected();
  useEffect(
    () =>
      afterPaint(() => {
        void attackStore.getState().list();
        void runStore.getState().list();
        void dataStore.getState().list();
        return followAttackLink(attackStore);
      }),
    [],
  );
  return (
    <div className={styles.panel} data-fresh={entry === null}>
      <h1 className="visually-hidden">{TEXT.title}</h1>
      <div className={styles.side}>
        {entry === null ? <Fresh /> : <Of key={entry.record.id} entry={entry} />}
      </div>
      <div className={styles.view}>
        <PanelTrouble />
        {entry === null ? <Teaching /> : <Results key={entry.record.id} entry={entry} />}
        <EvaluationList />
        {entry === null && <OwnPicture />}
      </div>
    </div>
  );
}
