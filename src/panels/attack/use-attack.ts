import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import {
  attackStore,
  type AttackActions,
  type AttackState,
  type EvaluationEntry,
} from '../../state/attack/store.ts';

/** Reads a part of the panel's state and follows it. */
export function useAttack<T>(select: (state: AttackState & AttackActions) => T): T {
  return useStore(attackStore, select);
}

/** The finished evaluations; the same list while others run. */
export function useFinished(): readonly EvaluationRecord[] {
  return useAttack(
    useShallow(({ evaluations }) =>
      evaluations.map(({ record }) => record).filter(({ finished }) => finished),
    ),
  );
}

/** The evaluation on screen; null while the form of a new one is. */
export function useSelected(): EvaluationEntry | null {
  return useAttack(
    ({ evaluations, selected }) => evaluations.find(({ record }) => record.id === selected) ?? null,
  );
}
