import { useEffect, useRef, useState } from 'react';
import type { OwnImageResult } from '../../../model/attack/jobs.ts';
import type { AttackPlan } from '../../../model/attack/plan.ts';
import type { EvaluationProgress } from '../../../model/attack/evaluation.ts';
import { attackStore } from '../../../state/attack/store.ts';

/** A result with its plan. */
export interface OwnResult extends OwnImageResult {
  readonly plan: AttackPlan;
  /** Counts results: another one has its own view. */
  readonly turn: number;
}

export type OwnAttack =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: EvaluationProgress | null }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'done'; readonly result: OwnResult };

interface Attacking {
  readonly attack: OwnAttack;
  readonly begin: (image: Float32Array, label: number | null) => void;
  readonly stop: () => void;
}

/** Attacks an image with the form's net and plan; leaving the panel stops it. */
export function useOwnAttack(): Attacking {
  const [attack, setAttack] = useState<OwnAttack>({ state: 'idle' });
  const turn = useRef(0);
  const abort = useRef<() => void>(() => undefined);
  useEffect(() => () => abort.current(), []);
  const begin = (image: Float32Array, label: number | null): void => {
    const { accepted: plan, attackImage } = attackStore.getState();
    const job = attackImage({ image, label }, (progress) =>
      setAttack({ state: 'running', progress }),
    );
    if (job === null) return;
    abort.current = job.abort;
    setAttack({ state: 'running', progress: null });
    void job.outcome.then((outcome) => {
      if (outcome.ok)
        setAttack({ state: 'done', result: { ...outcome.value, plan, turn: ++turn.current } });
      else if (outcome.failure.code === 'aborted') setAttack({ state: 'idle' });
      else setAttack({ state: 'failed', why: outcome.failure.message });
    });
  };
  return { attack, begin, stop: () => abort.current() };
}
