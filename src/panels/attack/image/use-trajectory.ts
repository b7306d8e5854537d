import { useEffect, useState } from 'react';
import type { AttackTrajectory } from '../../../model/attack/jobs.ts';
import { attackStore } from '../../../state/attack/store.ts';

/** A trajectory that is being computed. */
export type TrajectoryState =
  | { readonly state: 'walking'; readonly steps: number; readonly stop: () => void }
  | { readonly state: 'done'; readonly path: AttackTrajectory }
  /** `why` is null when the user stopped it. */
  | { readonly state: 'ended'; readonly why: string | null };

interface Place {
  readonly id: string;
  readonly row: number;
  readonly attack: number;
}

/** The trajectory of one image and attack; reset for another. */
interface Known {
  readonly key: string;
  readonly trajectory: TrajectoryState;
}

/** Recomputes an attack on an image when mounted; unmounting stops it. */
export function useTrajectory({ id, row, attack }: Place): {
  trajectory: TrajectoryState;
  again: () => void;
} {
  const [turn, setTurn] = useState(0);
  const key = `${id} ${row} ${attack} ${turn}`;
  const [known, setKnown] = useState<Known | null>(null);
  useEffect(() => {
    let here = true;
    const tell = (trajectory: TrajectoryState): void => {
      if (here) setKnown({ key, trajectory });
    };
    const job = attackStore
      .getState()
      .trajectory({ id, row, attack }, (steps) =>
        tell({ state: 'walking', steps, stop: job.abort }),
      );
    tell({ state: 'walking', steps: 0, stop: job.abort });
    void job.outcome.then((outcome) => {
      if (outcome.ok) tell({ state: 'done', path: outcome.value });
      else {
        const { code, message } = outcome.failure;
        tell({ state: 'ended', why: code === 'aborted' ? null : message });
      }
    });
    return () => {
      here = false;
      job.abort();
    };
  }, [key, id, row, attack]);
  const trajectory: TrajectoryState =
    known?.key === key ? known.trajectory : { state: 'walking', steps: 0, stop: () => undefined };
  return { trajectory, again: () => setTurn((before) => before + 1) };
}
