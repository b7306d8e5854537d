import { useEffect, type JSX } from 'react';
import { useStore } from 'zustand';
import { attackStore, type EvaluationEntry } from '../../state/attack-store.ts';
import { followAttackLink } from '../../state/attack-link.ts';
import { Gallery } from './gallery/gallery.tsx';
import { RadiusFigure } from './curve/radius-figure.tsx';
import { OwnPicture } from './own/own-picture.tsx';
import { TEXT } from './messages.ts';

/** The evaluation on screen; null while the form of a new one is. */
function useSelected(): EvaluationEntry | null {
  return useStore(
    attackStore,
    ({ evaluations, selected }) => evaluations.find(({ record }) => record.id === selected) ?? null,
  );
}

/** Attacks on a net: what falls, at which attack, and what of it can be believed. */
export function AttackPanel(): JSX.Element {
  const entry = useSelected();
  useEffect(() => followAttackLink(attackStore), []);
  useEffect(() => void attackStore.getState().list(), []);
  return (
    <div>
      <h1>{TEXT.title}</h1>
      {entry !== null && <RadiusFigure entry={entry} />}
      {entry !== null && <Gallery entry={entry} />}
      <OwnPicture />
    </div>
  );
}
