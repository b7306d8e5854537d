import { Fragment, useEffect, useRef, type ComponentProps, type JSX, type RefObject } from 'react';
import { followAttackLink } from '../../state/attack/link.ts';
import { attackStore, type EvaluationEntry } from '../../state/attack/store.ts';
import { dataStore } from '../../state/data/store.ts';
import { runStore } from '../../state/train/store.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import styles from './attack.module.css';
import { RadiusFigure } from './curve/radius-figure.tsx';
import { Gallery } from './gallery/gallery.tsx';
import { EvaluationList } from './list/evaluation-list.tsx';
import { TEXT } from './messages.ts';
import { NetName } from './net-name.tsx';
import { OwnImage } from './own/own-image.tsx';
import { Controls, Settings } from './results/controls.tsx';
import { Downloads } from './results/downloads.tsx';
import { Results } from './results/results.tsx';
import { Begin } from './setup/begin.tsx';
import { Setup } from './setup/setup.tsx';
import { PanelTrouble } from './trouble.tsx';
import { useSelected } from './use-attack.ts';

type Lead = Pick<ComponentProps<'h2'>, 'ref'>;

function Fresh({ ref }: Lead): JSX.Element {
  return (
    <>
      <div className={styles.lead}>
        <h2 ref={ref} tabIndex={-1}>
          {TEXT.setup.title}
        </h2>
        <Begin />
      </div>
      <div className={styles.rest}>
        <Setup />
      </div>
    </>
  );
}

function Of({ entry, ref }: Lead & { readonly entry: EvaluationEntry }): JSX.Element {
  return (
    <>
      <div className={styles.lead}>
        <h2 ref={ref} tabIndex={-1} className={styles.named}>
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

/**
 * The pressed button disappears when form and evaluation switch, so the heading takes the focus.
 */
function useLead(id: string | null): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(id);
  useEffect(() => {
    if (before.current !== id && document.activeElement === document.body) heading.current?.focus();
    before.current = id;
  }, [id]);
  return heading;
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

/** Attacks on a net: which images are broken, by which attack, and how reliable the result is. */
export function AttackPanel(): JSX.Element {
  const entry = useSelected();
  const id = entry?.record.id ?? null;
  const lead = useLead(id);
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
        {entry === null ? <Fresh ref={lead} /> : <Of key={id} entry={entry} ref={lead} />}
      </div>
      <div className={styles.view}>
        <PanelTrouble />
        {entry === null ? <Teaching /> : <Results key={id} entry={entry} />}
      </div>
      <div className={styles.deep}>
        <EvaluationList />
        {entry === null ? (
          <OwnImage />
        ) : (
          <Fragment key={id}>
            <RadiusFigure entry={entry} />
            <Gallery entry={entry} />
          </Fragment>
        )}
      </div>
    </div>
  );
}
